import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { visit } from './buyer.mjs';
import { Diary, now, openDiaries } from './diary.mjs';
import { HttpDoor } from './http-door.mjs';
import { tabsAtFirst } from './manners.mjs';
import { SocketDoor } from './socket-door.mjs';
import { live } from './whole-life.mjs';

/** The steps that the scenarios name; artillery brings each virtual user here. */

/** All are there before the first one presses: artillery's arrival timer spins while it runs. */
const GATHER_MS = 1_500;

/** Handshakes that one client process and a small gateway finish in time, side by side. */
const CONNECTS_PER_SECOND = 400;

/** Looks back come after the last press, so that they take no time from it, and not all at once. */
const LOOK_BACKS_PER_SECOND = 1_000;

let crowd;

export async function buyOverHttp(_context, events) {
  await buy(HttpDoor, visit, events);
}

export async function buyOverSocket(_context, events) {
  await buy(SocketDoor, visit, events);
}

export async function liveOverHttp(_context, events) {
  await buy(HttpDoor, live, events);
}

async function buy(Door, come, events) {
  crowd ??= gather(process.env);
  const index = crowd.next++;
  const buyer = crowd.buyers[index];
  // artillery rounds its arrivals up, so a few more than the crowd may come.
  if (!buyer) return;
  const { saleId, goods, targets, patienceMs } = crowd;
  const diary = new Diary(crowd.file, buyer.id);
  const door = new Door({ buyer, index, saleId, targets, diary });
  try {
    const opensAt = await arrive(door, index);
    await sleep(opensAt + Math.random() * crowd.arrivalMs - Date.now());
    const staysUntil = opensAt + crowd.arrivalMs + Math.random() * crowd.lookBackMs;
    report(await come({ index, door, goods, patienceMs, staysUntil }), events);
  } catch (fault) {
    diary.write({ kind: 'fault', answeredAt: now(), error: fault.stack });
    door.leave();
    events.emit('error', fault.message);
  } finally {
    diary.flush();
  }
}

/** Socket buyers come before the opening, as to a waiting room: the stampede is of presses. */
async function arrive(door, index) {
  if (!door.arrive) return crowd.gatheredAt;
  const connectMs = (crowd.buyers.length / CONNECTS_PER_SECOND) * 1000;
  await sleep(crowd.gatheredAt + Math.random() * connectMs - Date.now());
  door.arrive(tabsAtFirst(index));
  return crowd.gatheredAt + connectMs;
}

function report({ clickedAt, toldAt }, events) {
  if (toldAt === null) return events.emit('counter', 'buyers.without_an_answer', 1);
  events.emit('counter', 'buyers.told', 1);
  return events.emit('histogram', 'buyers.click_to_result', (toldAt - clickedAt) / 1000);
}

function gather(env) {
  const lines = readFileSync(env.CROWD_FILE, 'utf8').trimEnd().split('\n');
  return {
    buyers: lines.map((line) => JSON.parse(line)),
    lookBackMs: (lines.length / LOOK_BACKS_PER_SECOND) * 1000,
    next: 0,
    file: openDiaries(env.DIARY_FILE),
    saleId: env.SALE_ID,
    goods: env.GOODS.split(',').filter((id) => id !== ''),
    targets: env.TARGETS.split(','),
    gatheredAt: Date.now() + GATHER_MS,
    arrivalMs: Number(env.ARRIVAL_SECONDS) * 1000,
    patienceMs: Number(env.PATIENCE_SECONDS) * 1000,
  };
}
