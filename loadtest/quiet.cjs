/**
 * Preloaded into artillery: its telemetry client becomes one that does nothing.
 * ARTILLERY_DISABLE_TELEMETRY alone only empties the events, 2.0.21 still sends them.
 */
const Module = require('node:module');

class NoTelemetry {
  capture() {}
  async shutdownAsync() {}
}

const load = Module._load;
Module._load = function loadQuietly(request, ...rest) {
  if (request === 'posthog-node') return { PostHog: NoTelemetry };
  return load.call(this, request, ...rest);
};
