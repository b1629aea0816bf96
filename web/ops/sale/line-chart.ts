import uPlot from 'uplot';
import { language } from '../../ui/language.js';
import type { Columns } from './chart-data.js';
import type { ChartPlan } from './charts.js';

const HEIGHT = 180;

/** Beside solid lines, so that they can be told apart without their colours. */
const DASHES: readonly number[][] = [[], [8, 4], [2, 3]];

/** Colours come from the palette, so that they follow light and dark. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A line chart on a canvas that keeps to the width of its place. */
export class LineChart {
  readonly #place: HTMLElement;
  readonly #plan: ChartPlan;
  readonly #resized: ResizeObserver;
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #redraw = () => this.#draw();
  #plot: uPlot;
  #shown: { columns: Columns; from: number; to: number } | null = null;

  constructor(place: HTMLElement, plan: ChartPlan) {
    this.#place = place;
    this.#plan = plan;
    this.#plot = this.#make();
    this.#resized = new ResizeObserver(() => {
      this.#plot.setSize({ width: place.clientWidth, height: HEIGHT });
    });
    this.#resized.observe(place);
    this.#dark.addEventListener('change', this.#redraw);
  }

  show(columns: Columns, from: number, to: number): void {
    this.#shown = { columns, from, to };
    this.#plot.batch(() => {
      this.#plot.setData(columns, false);
      this.#plot.setScale('x', { min: from / 1_000, max: to / 1_000 });
    });
  }

  destroy(): void {
    this.#resized.disconnect();
    this.#dark.removeEventListener('change', this.#redraw);
    this.#plot.destroy();
  }

  #draw(): void {
    this.#plot.destroy();
    this.#plot = this.#make();
    if (this.#shown) this.show(this.#shown.columns, this.#shown.from, this.#shown.to);
  }

  #make(): uPlot {
    const { lines, format, least } = this.#plan;
    const empty = [[], ...lines.map(() => [])] as unknown as uPlot.AlignedData;
    const time = new Intl.DateTimeFormat(language(), { hour: 'numeric', minute: '2-digit' });
    const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 } };
    return new uPlot(
      {
        width: this.#place.clientWidth || 300,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_plot, _low, high) => [0, topOf(high, least)] } },
        axes: [
          {
            ...axis,
            space: 80,
            values: (_plot, ticks) => ticks.map((s) => time.format(s * 1_000)),
          },
          { ...axis, size: 72, values: (_plot, ticks) => ticks.map(format) },
        ],
        series: [
          {},
          ...lines.map(({ part }, i) => ({
            stroke: colour(part ? `--part-${part}` : `--line-${i + 1}`),
            width: 2,
            dash: DASHES[i] ?? [],
            spanGaps: false,
            points: { size: 5, filter: lonePoints },
          })),
        ],
      },
      empty,
      this.#place,
    );
  }
}

/** A little air above the highest point. */
function topOf(high: number | null, least: number): number {
  return Math.max(least, (high ?? 0) * 1.1);
}

/** Points with nothing on either side: no line goes through them, so they are drawn by themselves. */
function lonePoints(plot: uPlot, line: number, allShown: boolean): number[] | null {
  if (allShown) return null;
  const values = plot.data[line] as (number | null | undefined)[];
  const lone = (value: number | null | undefined, i: number) =>
    value != null && values[i - 1] == null && values[i + 1] == null;
  return values.flatMap((value, i) => (lone(value, i) ? [i] : []));
}
