import { readMigrateConfig } from '../core/config.js';
import { connectDatabase } from '../core/database.js';
import { ConfigError } from '../core/errors.js';
import { createLog } from '../core/log.js';
import { migrate } from './migrate.js';

async function main(): Promise<void> {
  const config = readMigrateConfig(process.env);
  const log = createLog('migrate', config.LOG_LEVEL);
  const db = connectDatabase(config.DATABASE_URL, log, { max: 2 });
  try {
    const done = await migrate(db, config.LANES);
    log.info({ steps: done, lanes: config.LANES }, 'schema is up to date');
  } finally {
    await db.destroy();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
});
