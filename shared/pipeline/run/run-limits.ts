/** What a deployment can bring to its end; a run that is surely too large for it is refused before it begins. */
import type { Tables } from '../../domain/input/tables.ts';
import type { MenuWeek } from '../../domain/model.ts';
import { InputRefused } from '../errors.ts';
import * as z from '../schema.ts';
import { STAGES } from '../stages.ts';

export const mapModeSchema = z.enum(['inline', 'distributed'], 'expected inline or distributed');

export interface RunLimits {
  readonly mapMode: z.infer<typeof mapModeSchema>;
  /** Weeks of a run under way at once, at most, whatever the run asks for. */
  readonly maxConcurrency: number;
  readonly publisherMemoryMb: number;
}

/** Iterations of an inline Map at once. */
export const MAX_INLINE_CONCURRENCY = 40;

/**
 * History events of a week in the worst case that is planned for: every stage loses a message and is sent another
 * one, and the last of them fails for good.
 *
 *     2        MapIterationStarted, MapIterationSucceeded
 *     3 × 6    TaskStateEntered, TaskScheduled, TaskStarted, TaskSubmitted, TaskSucceeded or TaskFailed, TaskStateExited
 *     3 × 4    of the lost message: TaskScheduled, TaskStarted, TaskSubmitted, TaskTimedOut
 *     5        RecordWeekFailure: TaskStateEntered, TaskScheduled, TaskStarted, TaskSucceeded, TaskStateExited
 *
 * A recorder that is turned away every time writes 3 × 3 for its retries and 2 for WeekNotRecorded: of a week that has
 * lost no message, that is less than this.
 */
const EVENTS_A_WEEK = 2 + STAGES.length * (6 + 4) + 5;
/** Everything outside the iterations, with retries of the Configurator and the Publisher. */
const EVENTS_BESIDES = 100;
/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_HISTORY_EVENTS = 25_000;
/** Weeks of a run whose Map is inline: its one execution holds the history of them all. */
export const MAX_INLINE_WEEKS = Math.floor((MAX_HISTORY_EVENTS - EVENTS_BESIDES) / EVENTS_A_WEEK);

/**
 * What the Publisher holds of a week, at the very least: for each figure (a recipe in one size, an ingredient or a
 * product, of one factory on one day) its counts, quantiles and comparison and its lines in the files, for each box
 * its factory. Measured: 150 weeks of 8,512 figures run out of memory with 250 bytes a figure, and take 380 where there
 * is enough (docs/scale.md).
 */
const MIN_BYTES_A_FIGURE = 200;
const MIN_BYTES_A_BOX = 1;
const BYTES_A_MB = 2 ** 20;

/** The limits as the Configurator's environment has them. */
export function runLimitsOf(environment: Readonly<Record<string, string>>): RunLimits {
  return {
    mapMode: environment.MAP_MODE === 'distributed' ? 'distributed' : 'inline',
    maxConcurrency: Number(environment.MAX_CONCURRENCY),
    publisherMemoryMb: Number(environment.PUBLISHER_MEMORY_MB),
  };
}

/**
 * @param weeks of the run
 * @throws {@link InputRefused} for more weeks than an execution's history takes, or more than the Publisher can hold
 *   at once; says the limit and the ways out
 */
export function checkRunSize(limits: RunLimits, tables: Tables, weeks: readonly MenuWeek[]): void {
  if (limits.mapMode === 'inline' && weeks.length > MAX_INLINE_WEEKS) {
    throw new InputRefused(
      `A run of ${count(weeks.length)} weeks may write ${count(weeks.length * EVENTS_A_WEEK)} events into its history, ` +
        `and an execution holds ${count(MAX_HISTORY_EVENTS)}: at most ${MAX_INLINE_WEEKS} weeks while mapMode is inline. ` +
        `Ask for fewer weeks a run, or deploy with mapMode distributed (docs/scale.md).`,
    );
  }
  const bytesOf = publisherBytes(tables);
  const needed = weeks.reduce((sum, week) => sum + bytesOf(week), 0) / BYTES_A_MB;
  if (needed <= limits.publisherMemoryMb) return;
  const fit = Math.floor((limits.publisherMemoryMb / needed) * weeks.length);
  throw new InputRefused(
    `The Publisher holds all weeks of a run at once: ${count(weeks.length)} of this size take ${count(needed)} MB at ` +
      `the very least, and it has ${count(limits.publisherMemoryMb)} MB. Ask for fewer weeks a run (surely fewer than ` +
      `${count(fit)} of these), or give the Publisher more memory (docs/scale.md).`,
  );
}

function count(number: number): string {
  return Math.ceil(number).toLocaleString('en-US');
}

/** What the Publisher holds of each week at least, in bytes. */
function publisherBytes(tables: Tables): (week: MenuWeek) => number {
  const days = countByWeek(tables['delivery_days.csv']);
  const recipes = countByWeek(tables['menu.csv']);
  const products = countByWeek(tables['products.csv']);
  const sizes = new Set(tables['box_mix.csv'].map(({ portions }) => portions)).size;
  const factories = tables['factories.csv'].length;
  const skus = tables['skus.csv'].length;
  const boxes = new Map(tables['weeks.csv'].map((row) => [row.menu_week, row.boxes]));
  return (week) => {
    const figures = days(week) * factories * (recipes(week) * sizes + skus + products(week));
    return figures * MIN_BYTES_A_FIGURE + (boxes.get(week) ?? 0) * MIN_BYTES_A_BOX;
  };
}

/** The rows that hold for a week, counted: its own where it has any, else those of `*`. */
function countByWeek(rows: readonly { readonly menu_week: MenuWeek | '*' }[]): (week: MenuWeek) => number {
  const counts = new Map<MenuWeek | '*', number>();
  for (const { menu_week } of rows) counts.set(menu_week, (counts.get(menu_week) ?? 0) + 1);
  return (week) => counts.get(week) ?? counts.get('*') ?? 0;
}
