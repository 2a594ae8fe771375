/** From the options of `larder run` to the settings of a run. */
import { parseMenuWeek } from '../../shared/domain/iso-week.ts';
import type { RunRequest } from '../../shared/pipeline/settings.ts';
import { UsageError } from './errors.ts';

/** The options of `larder run` that make its settings, as typed. */
export interface RunOptions {
  readonly input?: string | undefined;
  readonly weeks?: string | undefined;
  readonly start?: string | undefined;
  readonly scenarios?: number | undefined;
  readonly seed?: number | undefined;
  readonly maxConcurrency?: number | undefined;
  readonly cap: readonly string[];
  readonly volume: readonly string[];
  readonly label?: string | undefined;
  readonly notify: readonly string[];
}

/** The settings that the options ask for; not checked against inputs. @throws {@link UsageError} that names the option, its value and what is accepted */
export function requestOf(options: RunOptions): Record<string, unknown> {
  const { weeks, start, scenarios, seed, maxConcurrency, label, notify } = options;
  const request: Record<keyof RunRequest, unknown> | Record<string, unknown> = {
    weeks: weeks === undefined ? undefined : weeksOf(weeks),
    startWeek: start,
    scenarios,
    seed,
    maxConcurrency,
    label,
    notify: notify.length > 0 ? notify : undefined,
    capOverrides: options.cap.map(capOf),
    volumeMultiplier: Object.fromEntries(options.volume.map(volumeOf)),
  };
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
}

function weeksOf(value: string): number | string[] {
  if (/^\d+$/.test(value)) return Number(value);
  const list = value.split(',').map((week) => week.trim());
  if (list.every((week) => parseMenuWeek(week) !== undefined)) return list;
  const [wrong] = list.filter((week) => parseMenuWeek(week) === undefined);
  throw new UsageError(
    `--weeks ${value}: "${wrong}" is no ISO week; expected a count such as 4, or weeks such as 2026-W50,2026-W52.`,
  );
}

function capOf(value: string): { factory: string; deliveryDate: string; cap: number | 'inf' } {
  const match = /^([^:=]+):(\d{4}-\d{2}-\d{2})=(\d+|inf)$/.exec(value);
  if (!match) throw new UsageError(`--cap ${value}: expected FACTORY:DATE=N such as OAK:2026-12-03=500, or =inf.`);
  const [, factory, deliveryDate, cap] = match;
  return { factory, deliveryDate, cap: cap === 'inf' ? 'inf' : Number(cap) };
}

function volumeOf(value: string): [string, number] {
  const match = /^(\d{4}-W\d{2})=(\d+(?:\.\d+)?)$/.exec(value);
  if (!match) throw new UsageError(`--volume ${value}: expected WEEK=FACTOR such as 2026-W49=1.1.`);
  return [match[1], Number(match[2])];
}
