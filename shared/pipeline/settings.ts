/** The settings of a run: what one may ask for, checked, and what was decided. */
import * as z from './schema.ts';
import type { DeliveryDate, FactoryId, MenuWeek } from '../domain/model.ts';
import { InputRefused } from './errors.ts';
import { mailAddressSchema } from './mail-address.ts';
import { menuWeekSchema } from './messages.ts';

export const DEFAULT_WEEKS = 4;
export const DEFAULT_SCENARIOS = 200;
export const DEFAULT_SEED = 1;
/** An inline Map runs at most 40 iterations at once. */
const DEFAULT_CONCURRENCY = 40;
/** Weeks at once: as many as a queue's event source takes; more than 40 need a Distributed Map. */
export const MAX_CONCURRENCY = 1_000;
/** Of a run; an inline Map takes fewer (run-limits.ts). */
export const MAX_WEEKS = 1_000;

/** In one form for one instant: it is compared. */
const instantSchema = z.pipe(
  z
    .string()
    .check(
      z.refine(
        (text) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text)),
        'expected an instant such as 2026-12-03T05:00:00Z',
      ),
    ),
  z.transform((text) => new Date(text).toISOString()),
);

const share = z.number().check(z.gt(0, 'expected a share above 0'), z.lte(1, 'expected at most 1'));
const smallCount = z.int('expected a whole number').check(z.minimum(1), z.maximum(20));

/** One cap that replaces what `caps.csv` says; `"inf"` lifts it. */
const capOverrideSchema = z.object({
  factory: z.pipe(
    z.string(),
    z.transform((id) => id as FactoryId),
  ),
  deliveryDate: z.pipe(
    z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a date such as 2026-12-03')),
    z.transform((date) => date as DeliveryDate),
  ),
  cap: z.union([z.int().check(z.minimum(0)), z.literal('inf')], 'expected a whole number of boxes, or inf'),
});

const runRequestSchema = z.strictObject({
  /** A folder (locally) or an `s3://bucket/prefix`; absent: the stack's own inputs. */
  input: z.optional(z.string()),
  /** The folder that the published files go to; only the local stack has more than one. */
  output: z.optional(z.string()),
  /** The first week, or `upcoming`: the first listed week after the one the run is started in. */
  startWeek: z.optional(z.union([z.literal('upcoming'), menuWeekSchema], 'expected an ISO week or "upcoming"')),
  weeks: z.optional(
    z.union(
      [
        z.int().check(z.minimum(1), z.maximum(MAX_WEEKS)),
        z.array(menuWeekSchema).check(z.minLength(1), z.maxLength(MAX_WEEKS)),
      ],
      `expected a count from 1 to ${MAX_WEEKS} or a list of ISO weeks`,
    ),
  ),
  scenarios: z._default(z.int().check(z.minimum(1), z.maximum(5_000)), DEFAULT_SCENARIOS),
  seed: z._default(z.int().check(z.minimum(0), z.maximum(0xffffffff)), DEFAULT_SEED),
  maxConcurrency: z._default(z.int().check(z.minimum(1), z.maximum(MAX_CONCURRENCY)), DEFAULT_CONCURRENCY),
  constraints: z._default(
    z.strictObject({
      maxRecipeShare: z.optional(share),
      minRecipesPerBox: z.optional(smallCount),
      maxRecipesPerBox: z.optional(smallCount),
      maxProductsPerBox: z.optional(z.int().check(z.minimum(0), z.maximum(10))),
    }),
    {},
  ),
  capOverrides: z._default(z.array(capOverrideSchema), []),
  volumeMultiplier: z._default(
    z.record(z.string(), z.number().check(z.gt(0, 'expected a factor above 0'), z.lte(100))),
    {},
  ),
  label: z.optional(z.string().check(z.maxLength(200))),
  /** Who is mailed the result of a what-if, which mails nobody else. */
  notify: z.optional(z.array(mailAddressSchema).check(z.minLength(1), z.maxLength(10))),
  /** Who started it, for the record. */
  startedBy: z.optional(z.string().check(z.maxLength(200))),
  /** The hour that a schedule started it for: of several starts for one, the first is the run. */
  scheduledTime: z.optional(instantSchema),
});
/** What a run may be asked for. */
export type RunRequest = z.input<typeof runRequestSchema>;
/** The same with its defaults filled in; `weeks` and `startWeek` not resolved yet. */
export type RunSettings = z.output<typeof runRequestSchema>;

const NOTIFY_REFUSED =
  'settings.notify: only for a what-if (a run with overrides); any other run mails the Planning team';

/** @throws {@link InputRefused} that names the setting, its value and what is accepted. */
export function parseRunRequest(request: unknown): RunSettings {
  const parsed = runRequestSchema.safeParse(request);
  if (parsed.success) {
    if (parsed.data.notify && !isWhatIf(parsed.data)) throw new InputRefused(NOTIFY_REFUSED);
    return parsed.data;
  }
  const lines = parsed.error.issues.map((issue) => {
    const where = issue.path.join('.');
    return where === '' ? `settings: ${issue.message}` : `settings.${where}: ${issue.message}`;
  });
  throw new InputRefused(lines.join('\n'));
}

/** A run with overrides is a what-if: never the baseline of the next. */
export function isWhatIf(settings: RunSettings): boolean {
  return (
    settings.capOverrides.length > 0 ||
    Object.keys(settings.volumeMultiplier).length > 0 ||
    Object.keys(settings.constraints).length > 0
  );
}

/**
 * The weeks that a run covers, in calendar order.
 *
 * @param listed the weeks of `weeks.csv`, in calendar order
 * @param currentWeek the week the run is started in; only `upcoming` looks at it
 * @throws {@link InputRefused} where weeks are asked for that the input does not list
 */
export function resolveWeeks(
  settings: Pick<RunSettings, 'weeks' | 'startWeek'>,
  listed: readonly MenuWeek[],
  currentWeek: MenuWeek,
): MenuWeek[] {
  const range = listed.length === 0 ? 'no week' : `${listed[0]} to ${listed[listed.length - 1]}`;
  if (Array.isArray(settings.weeks)) {
    const wanted = [...new Set(settings.weeks)].sort();
    const missing = wanted.filter((week) => !listed.includes(week));
    if (missing.length > 0) {
      throw new InputRefused(`weeks.csv has no row for ${missing.join(', ')}: it lists ${range}.`);
    }
    return wanted;
  }
  const start = settings.startWeek;
  const from =
    start === undefined ? 0 : listed.findIndex((week) => (start === 'upcoming' ? week > currentWeek : week === start));
  if (from < 0 || listed.length === 0) {
    const wish = start === 'upcoming' ? `a week after ${currentWeek}` : String(start ?? 'any week');
    throw new InputRefused(`weeks.csv has no row for ${wish}: it lists ${range}.`);
  }
  const available = listed.slice(from);
  if (settings.weeks !== undefined && settings.weeks > available.length) {
    throw new InputRefused(
      `${settings.weeks} weeks were asked for, and weeks.csv lists ${available.length} from ${available[0]} on.`,
    );
  }
  return available.slice(0, settings.weeks ?? DEFAULT_WEEKS);
}
