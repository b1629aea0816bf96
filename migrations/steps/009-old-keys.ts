import type { Knex } from 'knex';

/** What the key janitor goes by. */
export async function up(db: Knex): Promise<void> {
  const [[index]] = await db.raw(
    "SHOW INDEX FROM idempotency_keys WHERE Key_name = 'idempotency_keys_by_age'",
  );
  if (index) return;
  await db.raw('ALTER TABLE idempotency_keys ADD INDEX idempotency_keys_by_age (used_at)');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE idempotency_keys DROP INDEX idempotency_keys_by_age');
}
