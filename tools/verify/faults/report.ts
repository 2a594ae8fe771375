/** What the fault simulation prints. */
import logUpdate from 'log-update';
import { tableOf } from '../../cli/terminal/format.ts';
import type { Explored, Range } from './explore.ts';
import type { Mutation } from './mutations.ts';
import type { Outcome, Plan } from './sim/entry.ts';
import { INVARIANTS } from './sim/checks/invariants.ts';

/** A line that counts the schedules, where the output is a terminal. */
export function progressOf(total: number): (schedules: number) => void {
  if (!process.stdout.isTTY) return () => undefined;
  return (schedules) => {
    logUpdate(`${count(schedules)} of ${count(total)} schedules`);
    if (schedules === total) logUpdate.clear();
  };
}

export function renderExplored(explored: Explored, { firstSeed }: Range): string {
  const { schedules, steps, seconds, faults, brokenSeed } = explored;
  const kinds = Object.entries(faults).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `${count(schedules)} schedules from seed ${firstSeed} in ${seconds.toFixed(1)} s: ` +
      `${count(schedules / seconds)} schedules/s, ${count(steps)} steps`,
    `faults that hit: ${kinds.map(([kind, hits]) => `${kind} ${count(hits)}`).join(' · ') || 'none'}`,
    brokenSeed === undefined
      ? `0 violations of ${Object.keys(INVARIANTS).length} invariants`
      : `1 violation, at seed ${brokenSeed}`,
  ].join('\n');
}

/** @param plan as it was shrunk */
export function renderBroken(plan: Plan, outcome: Outcome, mutation: Mutation | undefined): string {
  const { violation } = outcome;
  if (!violation) return `seed ${plan.seed} breaks nothing when it is run again`;
  const again = `--seed ${plan.seed} --schedules 1${mutation ? ` --mutation ${mutation.name}` : ''} --verbose`;
  const list = (title: string, of: readonly object[]) =>
    of.length === 0 ? [] : [`  ${title}:`, ...of.map((one) => `    ${JSON.stringify(one)}`)];
  return [
    `BROKEN ${violation.invariant}: ${INVARIANTS[violation.invariant]}`,
    `  ${violation.message}`,
    `  seed ${plan.seed}: runs ${plan.runs}, weeks ${plan.weeks}, ${count(outcome.steps)} steps, shrunk to`,
    ...list('faults', plan.faults),
    ...list('actions', plan.actions),
    ...list('weeks that fail for good', plan.bad),
    `  trace ${outcome.traceSha256}`,
    `  npm run test:faults -- ${again}`,
  ].join('\n');
}

export interface Caught {
  readonly mutation: Mutation;
  /** Absent: it was not found. */
  readonly seed: number | undefined;
  readonly invariant: string | undefined;
  readonly seconds: number;
}

export function renderMutations(caught: readonly Caught[]): string {
  const table = tableOf(['Mutation', 'Seed', 'Breaks', 's'], ['left', 'right', 'left', 'right']);
  for (const { mutation, seed, invariant, seconds } of caught)
    table.push([mutation.name, seed ?? 'not found', invariant ?? '', seconds.toFixed(1)]);
  const found = caught.filter(({ seed }) => seed !== undefined).length;
  return `${table.toString()}\n${found} of ${caught.length} mutations found`;
}

function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}
