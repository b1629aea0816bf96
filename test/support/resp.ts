const CR = 13;

/** Cuts what one side of a Redis connection says into its commands, or its replies. */
export class RespSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** What is complete by now, byte for byte; the beginning of the next one is kept. */
  push(chunk: Buffer): Buffer[] {
    const text = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const frames: Buffer[] = [];
    let at = 0;
    for (let end = endOf(text, at); end !== null; end = endOf(text, at)) {
      frames.push(text.subarray(at, end));
      at = end;
    }
    this.#rest = text.subarray(at);
    return frames;
  }
}

/** Where the value that starts at `at` is over; `null` when not all of it is there. */
function endOf(text: Buffer, at: number): number | null {
  if (at >= text.length) return null;
  const line = text.indexOf(CR, at);
  if (line === -1 || line + 1 >= text.length) return null;
  const next = line + 2;
  const size = () => Number(text.toString('latin1', at + 1, line));
  switch (String.fromCharCode(text[at] as number)) {
    case '$':
    case '=':
    case '!':
      return bulkEnd(text, next, size());
    case '*':
    case '~':
    case '>':
      return listEnd(text, next, size());
    case '%':
      return listEnd(text, next, 2 * size());
    default:
      return next;
  }
}

function bulkEnd(text: Buffer, at: number, bytes: number): number | null {
  if (bytes < 0) return at;
  const end = at + bytes + 2;
  return end <= text.length ? end : null;
}

function listEnd(text: Buffer, at: number, items: number): number | null {
  let end: number | null = at;
  for (let item = 0; item < items && end !== null; item += 1) end = endOf(text, end);
  return end;
}
