import type { Knex } from 'knex';

/** Attempts and the idempotency keys that led to them, as the feed told them. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE IF NOT EXISTS attempts (
      sale_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      ticket INT NOT NULL,
      tag CHAR(6) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      buyer_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      quantity INT NOT NULL,
      state VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      version INT NOT NULL,
      hold_expires_at BIGINT NULL COMMENT 'ms since the epoch',
      order_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      reason VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      entered_at BIGINT NOT NULL COMMENT 'ms since the epoch, feed time',
      changed_at BIGINT NOT NULL COMMENT 'ms since the epoch, feed time of the last change',
      PRIMARY KEY (sale_id, ticket),
      INDEX attempts_by_buyer (buyer_id, sale_id)
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`);
  await db.raw(`
    CREATE TABLE IF NOT EXISTS used_keys (
      sale_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      buyer_id VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL
        COMMENT 'a buyer, or restock:<ops name>',
      request_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      ticket INT NOT NULL COMMENT '0 for a restock',
      quantity INT NOT NULL,
      status SMALLINT NOT NULL,
      used_at BIGINT NOT NULL COMMENT 'ms since the epoch, feed time',
      PRIMARY KEY (sale_id, buyer_id, request_key)
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP TABLE IF EXISTS used_keys');
  await db.raw('DROP TABLE IF EXISTS attempts');
}
