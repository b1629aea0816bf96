import { spread, sum } from './spread.mjs';

const FLOOR = 'node-http';

/**
 * The rows of the table, from what the rounds gave. A multiple of the floor is of the floor as it was
 * measured between the attempts where that was done, else of the floor of the same round: a machine
 * that is slower for a while is slower in both.
 * @param {readonly {round: number, contender: string, timesFloor?: number}[]} played
 * @param {readonly {name: string, title: string, falls: string}[]} contenders
 */
export function summarize(played, contenders) {
  const floorOf = (round) => one(played, FLOOR, round)?.cpuUs;
  return contenders.flatMap(({ name, title, falls }) => {
    const own = played.filter(({ contender }) => contender === name);
    if (own.length === 0) return [];
    const of = (read) => spread(own.map(read));
    return [
      {
        name,
        title,
        falls,
        rounds: own.length,
        attempts: own[0].attempts,
        cpuUs: of(({ cpuUs }) => cpuUs),
        cpuUsBy: eachProcess(own),
        timesFloor: of(({ cpuUs, timesFloor, round }) => timesFloor ?? cpuUs / floorOf(round)),
        perSecond: of(({ perSecond }) => perSecond),
        p50: of(({ clickToResult }) => clickToResult.p50),
        p99: of(({ clickToResult }) => clickToResult.p99),
        drainMs: of(({ drainMs }) => drainMs),
        connectUs: of(({ connecting }) => connecting?.cpuUsEach),
        idleUsPerSecond: of(({ idleUsPerSecond }) => idleUsPerSecond),
        loadCpuUs: of(({ loadCpuUs }) => loadCpuUs),
        loadShare: of(({ loadShare }) => loadShare),
        kept: keptOf(own),
      },
    ];
  });
}

/** One contender against another, round by round: `read` of the first divided by that of the second. */
export function ratio(played, first, second, read) {
  const rounds = [...new Set(played.map(({ round }) => round))];
  return spread(
    rounds.map((round) => {
      const above = one(played, first, round);
      const below = one(played, second, round);
      return above && below ? read(above) / read(below) : null;
    }),
  );
}

function one(played, name, round) {
  return played.find((each) => each.contender === name && each.round === round);
}

function eachProcess(own) {
  const names = [...new Set(own.flatMap(({ cpuUsBy }) => Object.keys(cpuUsBy)))];
  return Object.fromEntries(
    names.map((name) => [name, spread(own.map(({ cpuUsBy }) => cpuUsBy[name]))?.median ?? 0]),
  );
}

/** Over the measured attempts and the rush, all rounds together. */
function keptOf(own) {
  const of = (name) => sum(own.flatMap(({ kept, rush }) => [kept[name], rush[name]]));
  return {
    oversold: of('oversold'),
    inversions: of('inversions'),
    lost: of('lost'),
    twice: of('twice'),
    untold: of('untold'),
  };
}
