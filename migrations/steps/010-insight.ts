import type { Knex } from 'knex';

/** What a sale's report, an attempt's history and the operators' charts are read from. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE IF NOT EXISTS samples (
      sale_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL
        COMMENT 'empty: the gateway itself',
      slot BIGINT NOT NULL COMMENT 'ms since the epoch: the end of the ten seconds',
      gateway_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      figures TEXT NOT NULL COMMENT 'JSON',
      PRIMARY KEY (sale_id, slot, gateway_id),
      INDEX samples_by_age (slot)
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`);
  if (await db.schema.hasColumn('attempts', 'held_at')) return;
  await db.raw(`
    ALTER TABLE attempts
      ADD COLUMN standby_at BIGINT NULL COMMENT 'ms, feed time at which it began to stand by',
      ADD COLUMN held_at BIGINT NULL COMMENT 'ms, feed time at which it was first held'`);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE attempts DROP COLUMN standby_at, DROP COLUMN held_at');
  await db.raw('DROP TABLE IF EXISTS samples');
}
