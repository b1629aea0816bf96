/** The oldest Node that all dependencies and `require(esm)` (the test reporter) run on. */
const OLDEST_NODE = [20, 19];

/** Ends the process with a clear message when it can't work here at all. */
export function requireSupportedHost() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    console.error(
      `Dropgate needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}. ` +
        'Install a newer one from https://nodejs.org or with your version manager.',
    );
    process.exit(1);
  }
  if (process.platform === 'win32') {
    console.error(
      'Dropgate starts its servers on Linux and macOS. On Windows run it inside WSL, or use: docker compose up',
    );
    process.exit(1);
  }
}
