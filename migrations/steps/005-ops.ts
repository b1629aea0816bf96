import type { Knex } from 'knex';

/** What ops did, and the idempotency keys of the routes that MySQL answers. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE IF NOT EXISTS ops_actions (
      id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
      done_at BIGINT NOT NULL COMMENT 'ms since the epoch',
      ops_name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      action VARCHAR(32) NOT NULL,
      object_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      detail TEXT NOT NULL COMMENT 'JSON',
      INDEX ops_actions_by_object (object_id, id)
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`);
  await db.raw(`
    CREATE TABLE IF NOT EXISTS idempotency_keys (
      scope VARCHAR(160) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL
        COMMENT 'caller and route',
      request_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      body_hash CHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      object_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      used_at BIGINT NOT NULL COMMENT 'ms since the epoch',
      PRIMARY KEY (scope, request_key)
    ) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP TABLE IF EXISTS idempotency_keys');
  await db.raw('DROP TABLE IF EXISTS ops_actions');
}
