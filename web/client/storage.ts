/**
 * localStorage that may be full, forbidden or hold anything: then this page's own memory serves.
 */
const memory = new Map<string, string>();

export function readStored<T>(key: string): T | null {
  try {
    const text = localStorage.getItem(key) ?? memory.get(key) ?? null;
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    const text = memory.get(key);
    return text === undefined ? null : (JSON.parse(text) as T);
  }
}

export function writeStored(key: string, value: unknown): void {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(key, text);
  } catch {
    memory.set(key, text);
  }
}

export function removeStored(key: string): void {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // It was never there.
  }
}

/** Runs `work` in one tab at a time, where the browser can (only on https and localhost). */
export async function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work();
  const result = await navigator.locks.request(name, async () => ({ value: await work() }));
  return result.value;
}
