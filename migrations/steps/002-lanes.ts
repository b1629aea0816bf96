import type { Knex } from 'knex';

/** The lanes, and how far the ledger has come in each one's feed. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE IF NOT EXISTS lanes (
      lane SMALLINT UNSIGNED NOT NULL PRIMARY KEY,
      fencing_token BIGINT NOT NULL DEFAULT 0 COMMENT 'rises with each change of owner',
      incarnation VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
        COMMENT 'life of the Redis data; NULL until a worker began it',
      ledger_number BIGINT NOT NULL DEFAULT 0 COMMENT 'feed number up to which the ledger is',
      owner VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP TABLE IF EXISTS lanes');
}
