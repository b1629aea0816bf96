import type { Knex } from 'knex';

/** Goods. Ids compare byte by byte (utf8mb4_bin): else four different ids become one. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE IF NOT EXISTS products (
      id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
      name VARCHAR(200) NOT NULL,
      description TEXT NOT NULL,
      price BIGINT NOT NULL COMMENT 'minor units of currency',
      currency CHAR(3) NOT NULL COMMENT 'ISO 4217',
      stock INT NOT NULL COMMENT 'units ever put in stock and not taken back',
      available INT NOT NULL COMMENT 'units that can be bought; a sale has stock of its own',
      version INT NOT NULL COMMENT 'rises with each change, from 1',
      created_at BIGINT NOT NULL COMMENT 'ms since the epoch',
      CONSTRAINT products_available_in_stock CHECK (available >= 0 AND available <= stock)
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP TABLE IF EXISTS products');
}
