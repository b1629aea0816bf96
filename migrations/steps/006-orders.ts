import type { Knex } from 'knex';

/** Carts and orders. A confirmed attempt's own order comes here through the feed. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE IF NOT EXISTS orders (
      id VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
      buyer_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      state VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      settled TINYINT NOT NULL DEFAULT 0
        COMMENT '1 once Redis has all that the state means for holds',
      currency CHAR(3) NOT NULL,
      payment_reference VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      created_at BIGINT NOT NULL COMMENT 'ms since the epoch',
      INDEX orders_by_buyer (buyer_id, created_at, id),
      INDEX orders_unsettled (settled, created_at)
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`);
  await db.raw(`
    CREATE TABLE IF NOT EXISTS order_lines (
      order_id VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      line INT NOT NULL,
      product_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      attempt_id VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      name VARCHAR(200) NOT NULL,
      quantity INT NOT NULL,
      price BIGINT NOT NULL COMMENT 'minor units, one unit',
      PRIMARY KEY (order_id, line),
      UNIQUE INDEX order_lines_by_attempt (attempt_id, order_id)
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`);
  await db.raw(`
    CREATE TABLE IF NOT EXISTS cart_items (
      buyer_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      product_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      quantity INT NOT NULL,
      added_at BIGINT NOT NULL COMMENT 'ms since the epoch',
      PRIMARY KEY (buyer_id, product_id)
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP TABLE IF EXISTS cart_items');
  await db.raw('DROP TABLE IF EXISTS order_lines');
  await db.raw('DROP TABLE IF EXISTS orders');
}
