import { readFileSync } from 'node:fs';

const file = new URL('../../package.json', import.meta.url);

/** The release that runs, as package.json names it. */
export const VERSION: string = JSON.parse(readFileSync(file, 'utf8')).version;
