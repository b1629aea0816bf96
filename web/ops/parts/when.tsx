import { localTime, utcTime } from '../format.js';

/** A moment by the clock of whoever looks; UTC, as the logs have it, on pointing at it. */
export function When({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={utcTime(at)}>
      {localTime(at)}
    </time>
  );
}
