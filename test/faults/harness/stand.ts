import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { Fragile } from '../../support/fragile.js';
import { System, type SystemOptions } from '../../support/system.js';
import { within } from '../../support/within.js';
import type { Manners } from '../crowd.js';
import type { RawEntry } from '../feed-recorder.js';
import { Run } from '../run.js';
import type { Member } from './member.js';

/** A load that goes on for minutes and leaves the machine room for what is to be shown. */
const CALM: Manners = { atOnce: 8, thinkMs: 40 };

/** Between two looks: the machine's time belongs to what is looked at. */
const LOOK_MS = 10;

/** After this long a system that does not decide any more counts as broken. */
export const RECOVERY_LIMIT_MS = 60_000;

export interface StandOptions extends Omit<SystemOptions, 'gateways' | 'workers'> {
  readonly manners?: Manners;
  /** More environment for each of the first processes, in the order in which they start. */
  readonly gateways?: readonly Env[];
  readonly workers?: readonly Env[];
}

type Env = Readonly<Record<string, string>>;

/** A whole system under load, every process of which can be struck by itself. */
export class Stand {
  readonly system: System;
  readonly gateways: Member[] = [];
  readonly workers: Member[] = [];
  #run: Run | null = null;
  #turn = 0;

  private constructor(system: System) {
    this.system = system;
  }

  /** Starts two gateways and two workers, a sale, and a crowd; ends all of it afterwards. */
  static async during<T>(options: StandOptions, act: (stand: Stand) => Promise<T>): Promise<T> {
    const { manners = CALM, gateways = [{}, {}], workers = [{}, {}], ...rest } = options;
    const stand = new Stand(await System.start({ ...rest, gateways: 0, workers: 0 }));
    let result: T;
    try {
      await Promise.all([
        ...workers.map((env) => stand.startWorker(env)),
        ...gateways.map((env) => stand.startGateway(env)),
      ]);
      stand.#run = await Run.begin(stand.system, manners);
      result = await act(stand);
    } catch (error) {
      // What went wrong first is what counts; the rest only has to be gone.
      await within(stand.#close(), 20_000, 'closing').catch(() => undefined);
      throw error;
    }
    await stand.#close();
    return result;
  }

  get run(): Run {
    if (!this.#run) throw new Error('no sale yet');
    return this.#run;
  }

  get runningGateways(): Member[] {
    return this.gateways.filter(({ daemon }) => daemon.running);
  }

  /** One after the other; `undefined` while none runs. */
  nextGateway(): Member | undefined {
    this.#turn += 1;
    const running = this.runningGateways;
    return running[this.#turn % running.length];
  }

  get runningWorkers(): Member[] {
    return this.workers.filter(({ daemon }) => daemon.running);
  }

  async startWorker(env: Env = {}): Promise<Member> {
    const wires = await Fragile.open(this.system);
    const daemon = await this.system.startWorker({ ...wires.env, ...env });
    const member = { daemon, wires, env, url: null };
    this.workers.push(member);
    return member;
  }

  /** Starts a gateway; the crowd knows of it once all its lanes are open. */
  async startGateway(env: Env = {}): Promise<Member> {
    const wires = await Fragile.open(this.system);
    const daemon = await this.system.startGateway({ ...wires.env, ...env });
    const address = daemon.lines.find(({ msg }) => msg === 'gateway listening')?.address;
    const url = `http://127.0.0.1:${(address as { port: number }).port}`;
    const member = { daemon, wires, env, url };
    this.gateways.push(member);
    this.tellCrowd();
    return member;
  }

  /** The crowd goes to the gateways that run, as by a load balancer that looks now and then. */
  tellCrowd(): void {
    const urls = this.runningGateways.map(({ url }) => url as string);
    if (this.#run && urls.length > 0) this.#run.crowd.urls = urls;
  }

  /** The worker that holds the lease of the sale's lane. */
  async owner(): Promise<Member> {
    const { system, lane } = this.run;
    const daemon = await eventually(
      async () => {
        await sleep(LOOK_MS);
        return system.ownerOf(lane);
      },
      (owner) => owner?.running === true,
      RECOVERY_LIMIT_MS,
    );
    const owner = this.workers.find((member) => member.daemon === daemon);
    if (!owner) throw new Error('the owner is none of ours');
    return owner;
  }

  /** Milliseconds from `since` (Date.now) to the sale's first decision after it, by a token above. */
  async untilDecided(since: number, from: number, token = 0): Promise<number> {
    const { feed, saleId } = this.run;
    const fits = (entry: RawEntry) =>
      entry.kind === 'decided' &&
      entry.saleId === saleId &&
      entry.time >= since &&
      entry.fencingToken > token;
    const first = await within(feed.next(fits, from), RECOVERY_LIMIT_MS, 'a decision');
    return first.time - since;
  }

  /**
   * Milliseconds from `since` (Date.now) until this gateway gives the sale's page again; `null`
   * when somebody else has ended it meanwhile.
   */
  async untilServed({ url, daemon }: Member, since: number): Promise<number | null> {
    await eventually(
      async () => {
        if (!daemon.running) return 'ended';
        const sale = await fetch(`${url}/api/sales/${this.run.saleId}`).catch(() => null);
        await sale?.body?.cancel();
        await sleep(LOOK_MS);
        return sale?.status ?? null;
      },
      (status) => status === 200 || status === 'ended',
      RECOVERY_LIMIT_MS,
    );
    return daemon.running ? Date.now() - since : null;
  }

  /** The longest time without a decision from an earlier length of the feed on. */
  pauseSince(from: number): number {
    const times = this.run.feed.entries
      .slice(Math.max(0, from - 1))
      .filter(({ kind, saleId }) => kind === 'decided' && saleId === this.run.saleId)
      .map(({ time }) => time);
    return Math.max(0, ...times.map((time, i) => time - (times[i - 1] ?? time)));
  }

  /** Whoever has ended was ended: by us, or by a signal of ours. */
  expectNoCrash(): void {
    for (const { daemon } of [...this.gateways, ...this.workers]) {
      const { exitCode, signalCode } = daemon.child;
      const byUs = signalCode === 'SIGKILL' || exitCode === 0;
      if (!daemon.running && !byUs) throw new Error(`${daemon.name} crashed: ${daemon.tail}`);
    }
  }

  async #close(): Promise<void> {
    const members = [...this.gateways, ...this.workers];
    for (const { wires } of members) for (const tap of Object.values(wires.taps)) tap.mend('lost');
    await this.#run?.feed.stop();
    await this.system.stop();
    await Promise.all(members.map(({ wires }) => wires.close()));
  }
}
