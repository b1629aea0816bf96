import { readStored, writeStored } from '../../client/storage.js';

const STORAGE_KEY = 'dropgate.notice';

/** Two short tones: heard in a pocket, over before they annoy. */
const TONES = [
  { hertz: 660, from: 0 },
  { hertz: 880, from: 0.22 },
] as const;
const TONE_SECONDS = 0.18;
const VIBRATION_MS = [200, 100, 200];

let audio: AudioContext | null = null;

export function noticeWanted(): boolean {
  return readStored<boolean>(STORAGE_KEY) === true;
}

/** Called by the buyer's own tap: browsers let a page ask, and make sounds, only then. */
export async function wantNotice(wanted: boolean): Promise<void> {
  writeStored(STORAGE_KEY, wanted);
  if (!wanted) return;
  unlockSound();
  if ('Notification' in window && Notification.permission === 'default') {
    await Notification.requestPermission().catch(() => undefined);
  }
}

/** Whether the system shows notifications of this page. */
export function notifiesBySystem(): boolean {
  return 'Notification' in window && Notification.permission === 'granted';
}

/** A choice that was made before a reload needs a tap of this page to be heard. */
export function unlockSound(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume().catch(() => undefined);
  } catch {
    // No sound on this device: the title and the notification are left.
  }
}

/** Calls the buyer back: sound, vibration, and a notification if the page is not in sight. */
export function call(title: string, text: string): void {
  play();
  if ('vibrate' in navigator && navigator.userActivation?.hasBeenActive) {
    navigator.vibrate(VIBRATION_MS);
  }
  if (!document.hidden || !notifiesBySystem()) return;
  try {
    const notification = new Notification(title, { body: text, tag: 'dropgate-turn' });
    notification.addEventListener('click', () => {
      window.focus();
      notification.close();
    });
  } catch {
    // Chrome on Android shows none that comes from a page.
  }
}

function play(): void {
  if (audio?.state !== 'running') return;
  for (const { hertz, from } of TONES) {
    const start = audio.currentTime + from;
    const tone = new OscillatorNode(audio, { frequency: hertz });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setTargetAtTime(0.3, start, 0.01);
    volume.gain.setTargetAtTime(0, start + TONE_SECONDS - 0.05, 0.02);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + TONE_SECONDS);
  }
}
