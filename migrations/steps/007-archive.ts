import type { Knex } from 'knex';

/** What the archiver goes by. */
export async function up(db: Knex): Promise<void> {
  if (await db.schema.hasColumn('sales', 'archived')) return;
  await db.raw(`
    ALTER TABLE sales
      ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0 COMMENT 'ms, feed time of the last entry',
      ADD COLUMN archived TINYINT NOT NULL DEFAULT 0 COMMENT '1: read from here alone',
      ADD COLUMN purged TINYINT NOT NULL DEFAULT 0 COMMENT '1: its Redis keys are gone',
      ADD INDEX sales_to_archive (lane, purged, archived)`);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    ALTER TABLE sales
      DROP INDEX sales_to_archive, DROP COLUMN changed_at, DROP COLUMN archived, DROP COLUMN purged`);
}
