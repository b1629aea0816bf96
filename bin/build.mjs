import { describeFailure, Stopped } from './setup/failure.mjs';
import { listenForStop } from './setup/lifetime.mjs';
import { prepareCode } from './setup/prepare.mjs';
import { Progress } from './setup/progress.mjs';
import { requireSupportedHost } from './setup/requirements.mjs';

requireSupportedHost();
const progress = new Progress();
const signal = listenForStop((line) => progress.line(line));
try {
  await prepareCode({ progress, signal, always: true });
} catch (error) {
  if (!(error instanceof Stopped)) progress.line(describeFailure(error));
  process.exitCode = 1;
}
