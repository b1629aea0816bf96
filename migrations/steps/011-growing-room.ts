import type { Knex } from 'knex';

/**
 * Room for what the decision adds to an attempt's row. Without it the row grows, and the pages of a
 * line that entered long ago are full: most of them would have to be split.
 */
export async function up(db: Knex): Promise<void> {
  if (await db.schema.hasColumn('attempts', 'growing_room')) return;
  await db.raw(`
    ALTER TABLE attempts
      ADD COLUMN growing_room VARBINARY(16) NULL COMMENT 'filled while the attempt waits'`);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE attempts DROP COLUMN growing_room');
}
