import type { Knex } from 'knex';

/** Sales: created here, seeded into Redis, and then followed through the feed. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE IF NOT EXISTS sales (
      id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
      lane SMALLINT UNSIGNED NOT NULL,
      product_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      title VARCHAR(200) NOT NULL,
      per_buyer_limit INT NOT NULL,
      hold_seconds INT NOT NULL,
      standby_limit INT NOT NULL,
      opens_at BIGINT NULL COMMENT 'ms since the epoch',
      closes_at BIGINT NULL COMMENT 'ms since the epoch',
      config_version INT NOT NULL,
      created_at BIGINT NOT NULL COMMENT 'ms since the epoch',
      paused_for VARCHAR(32) NULL,
      closed TINYINT NOT NULL DEFAULT 0,
      total INT NOT NULL,
      available INT NOT NULL,
      held INT NOT NULL DEFAULT 0,
      sold INT NOT NULL DEFAULT 0,
      entered INT NOT NULL DEFAULT 0 COMMENT 'tickets given out',
      serving INT NOT NULL DEFAULT 1 COMMENT 'next ticket to be decided',
      waiting INT NOT NULL DEFAULT 0,
      standby INT NOT NULL DEFAULT 0,
      feed_number BIGINT NOT NULL DEFAULT 0 COMMENT 'last feed entry of this sale; 0: not seeded',
      INDEX sales_by_lane (lane, created_at),
      CONSTRAINT sales_of_product FOREIGN KEY (product_id) REFERENCES products (id),
      CONSTRAINT sales_of_lane FOREIGN KEY (lane) REFERENCES lanes (lane),
      CONSTRAINT sales_stock_adds_up CHECK (
        total = available + held + sold AND available >= 0 AND held >= 0 AND sold >= 0)
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP TABLE IF EXISTS sales');
}
