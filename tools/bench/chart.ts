/**
 * Draws the README's chart from `docs/benchmarks/fan-out.json`, which is what `larder bench fan-out --json` printed:
 * `npm run chart`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as echarts from 'echarts';
import type { BenchReport } from './measure.ts';
import { ROOT } from '../../infra/root.ts';

const FOLDER = join(ROOT, 'docs/benchmarks');

function chart(report: BenchReport): string {
  const runs = report.figures.flatMap(({ label, median }) => {
    const weeks = /^a run of (\d+) weeks?$/.exec(label)?.[1];
    return weeks === undefined ? [] : [[Number(weeks), median] as const];
  });
  const loop = report.figures.find(({ label }) => label.startsWith('2 weeks one after another'));
  if (runs.length === 0 || loop === undefined) throw new Error('fan-out.json does not hold a run of the benchmark');
  const picture = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 720, height: 340 });
  picture.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: 'Time of a run by its number of weeks', left: 'center', textStyle: { fontSize: 15 } },
    legend: { bottom: 0 },
    grid: { left: 70, right: 40, top: 50, bottom: 75 },
    xAxis: { type: 'value', name: 'weeks', nameLocation: 'middle', nameGap: 26, min: 0, max: 40 },
    yAxis: { type: 'value', name: 'seconds', min: 0, max: 100 },
    series: [
      {
        name: 'Larder, measured',
        type: 'line',
        data: runs.map((point) => [...point]),
        symbolSize: 9,
        lineStyle: { width: 3 },
        label: {
          show: true,
          position: 'top',
          formatter: (point: { value: unknown }) => secondsOf(point.value),
        },
        color: '#2f7d4f',
      },
      {
        name: 'one week after another in one function: measured at 2, drawn on',
        type: 'line',
        data: [1, 2, 4, 8].map((weeks) => [weeks, (weeks * loop.median) / 2]),
        symbolSize: 6,
        lineStyle: { type: 'dashed', width: 2 },
        color: '#b4552d',
      },
    ],
  });
  const svg = picture.renderToSVGString();
  // Its timers would keep the process alive.
  picture.dispose();
  return svg;
}

function secondsOf(point: unknown): string {
  const [, seconds] = point as readonly [number, number];
  return `${seconds.toFixed(1)} s`;
}

const report = JSON.parse(readFileSync(join(FOLDER, 'fan-out.json'), 'utf8')) as BenchReport;
writeFileSync(join(FOLDER, 'fan-out.svg'), chart(report));
