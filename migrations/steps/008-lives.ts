import type { Knex } from 'knex';

/** The lives of each lane's Redis data: by them, a stranger's data is told from older data of ours. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE IF NOT EXISTS lane_lives (
      lane SMALLINT UNSIGNED NOT NULL,
      incarnation VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      ledger_number BIGINT NOT NULL COMMENT 'where the ledger stood when this life began',
      begun_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
      PRIMARY KEY (lane, incarnation),
      CONSTRAINT lane_lives_of_lane FOREIGN KEY (lane) REFERENCES lanes (lane)
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`);
  if (await db.schema.hasColumn('lanes', 'opened')) return;
  await db.raw(`
    INSERT INTO lane_lives (lane, incarnation, ledger_number)
    SELECT lane, incarnation, 0 FROM lanes WHERE incarnation IS NOT NULL
    ON DUPLICATE KEY UPDATE ledger_number = lane_lives.ledger_number`);
  await db.raw(`
    ALTER TABLE lanes
      ADD COLUMN opened VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
        COMMENT 'the last life that was opened; another than incarnation: being rebuilt'`);
  await db.raw('UPDATE lanes SET opened = incarnation');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE lanes DROP COLUMN opened');
  await db.raw('DROP TABLE IF EXISTS lane_lives');
}
