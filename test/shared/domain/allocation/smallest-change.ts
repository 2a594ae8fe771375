/** An exact solver (HiGHS) as the judge of routed days. */
import type loadHighs from 'highs';
import type { DayPlan, DayProblem } from '../../../../shared/domain/allocation/problem.ts';
import { carries, UNALLOCATED } from '../../../../shared/domain/factory-mask.ts';

export type Highs = Awaited<ReturnType<typeof loadHighs>>;

/**
 * The smallest objective of all plans, by integer programming; undefined where there is no plan.
 *
 * @param like given: exact factories hold what they hold there, and the boxes without a factory are the same
 */
export function smallestChange(highs: Highs, day: DayProblem, like?: DayPlan): number | undefined {
  const { factoryCount: F, recipeCount: R, boxCount, recipeStart, recipe, eligible, caps, exact } = day;
  const cells: string[][] = Array.from({ length: R * F }, () => []);
  const loads: string[][] = Array.from({ length: F }, () => []);
  const rows: string[] = [];
  const binaries: string[] = [];
  for (let b = 0; b < boxCount; b++) {
    if (like?.factory[b] === UNALLOCATED) continue;
    const places: string[] = [];
    for (let f = 0; f < F; f++) {
      if (!carries(eligible[b], f)) continue;
      const x = `x${b}_${f}`;
      places.push(x);
      binaries.push(x);
      loads[f].push(x);
      for (let p = recipeStart[b]; p < recipeStart[b + 1]; p++) cells[recipe[p] * F + f].push(x);
    }
    rows.push(`${places.join(' + ')} = 1`);
  }
  for (let f = 0; f < F; f++) {
    if (caps[f] === Infinity) continue;
    const held = like?.factory.reduce((sum, g) => sum + (g === f ? 1 : 0), 0);
    const limit = exact[f] === 1 ? `= ${held ?? caps[f]}` : `<= ${caps[f]}`;
    rows.push(`${['0 zero', ...loads[f]].join(' + ')} ${limit}`);
  }
  const changes: string[] = [];
  cells.forEach((boxes, cell) => {
    changes.push(`u${cell}`, `d${cell}`);
    rows.push(`${['0 zero', ...boxes].join(' + ')} - u${cell} + d${cell} = ${day.previous?.[cell] ?? 0}`);
  });
  const text =
    `Minimize\n obj: ${changes.join(' + ')}\nSubject To\n` +
    rows.map((row, i) => ` c${i}: ${row}`).join('\n') +
    `\nBinary\n ${binaries.join(' ')}\nEnd`;
  const solution = highs.solve(text);
  return solution.Status === 'Optimal' ? Math.round(solution.ObjectiveValue) : undefined;
}
