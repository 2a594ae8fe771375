/** What differs between deployments, checked at synth. */
import { ConfigError } from './config-error.ts';
import { MAX_INLINE_CONCURRENCY, MAX_INLINE_WEEKS, mapModeSchema } from '../shared/pipeline/run/run-limits.ts';
import { mailAddressSchema } from '../shared/pipeline/mail-address.ts';
import { MAX_CONCURRENCY, MAX_WEEKS } from '../shared/pipeline/settings.ts';
import * as z from '../shared/pipeline/schema.ts';
import { DEFAULT_THRESHOLDS, thresholdsSchema } from '../shared/report/alerts/thresholds.ts';
import { stageTiming, type StageTiming } from './stage/stage-timing.ts';

/** Both stages bear it, in accounts or regions of their own. */
export const STACK_NAME = 'Larder';

const addresses = z.array(mailAddressSchema).check(z.minLength(1, 'expected at least one address'), z.maxLength(50));
const EVENT_SOURCE = 'an SQS event source takes a concurrency of 2 to 1,000';
const seconds = z.int('expected whole seconds').check(z.minimum(1, 'expected whole seconds'));

const configSchema = z.strictObject({
  /** The sender; verified in SES. */
  mailFrom: mailAddressSchema,
  /** Where answers to the mail go; absent: to the sender. */
  mailReplyTo: z.optional(mailAddressSchema),
  /** The Planning team. */
  mailTo: addresses,
  /** Who is told of alarms, and of spend. */
  operators: addresses,
  /** Runs start at these UTC hours. */
  scheduleHoursUtc: z
    .array(z.int().check(z.minimum(0), z.maximum(23)))
    .check(z.refine((hours) => new Set(hours).size === hours.length, 'expected each hour once')),
  /** The off switch: schedules stay, and start nothing. */
  scheduleEnabled: z.boolean('expected true or false'),
  scheduledWeeks: z.int().check(z.minimum(1), z.maximum(MAX_WEEKS)),
  /** A scheduled run that has published nothing by then raises an alarm. */
  publishWithinMinutes: z.int().check(z.minimum(5), z.maximum(1440)),
  /** Messages that a stage's worker handles at once. */
  stageConcurrency: z.int().check(z.minimum(2, EVENT_SOURCE), z.maximum(1000, EVENT_SOURCE)),
  /** Sets this many executions of the account's aside for each worker; new accounts have too few for it. */
  reserveConcurrency: z.boolean('expected true or false'),
  /** `inline`: up to 40 weeks at once, 672 in all. `distributed`: up to 1,000, at once as well. docs/scale.md. */
  mapMode: mapModeSchema,
  /** Weeks of a run under way at once, at most, whatever the run asks for. */
  maxConcurrency: z.int('expected a whole number').check(z.minimum(1), z.maximum(MAX_CONCURRENCY)),
  /** Operators hear of 80% of it spent, and of a forecast over it; absent: no budget. */
  monthlyBudgetUsd: z.optional(z.number('expected dollars').check(z.gt(0, 'expected more than 0 dollars'))),
  /** Whether Logs Insights lists our queries: the account's list, which a stack that comes and goes leaves alone. */
  saveLogQueries: z.boolean('expected true or false'),
  /** From when on something deserves a planner's eye (docs/alerts.md); what is not named keeps its default. */
  alertThresholds: z._default(thresholdsSchema, DEFAULT_THRESHOLDS),
  /** Cost allocation tags, on everything. */
  tags: z.record(z.string(), z.string()),
  /** Whether the table and the bucket outlive the stack. */
  retainData: z.boolean('expected true or false'),
  /** Otherwise for a month. */
  keepLogsForAYear: z.boolean('expected true or false'),
  /** Where docs/runbook.md can be read: alarms link to its sections. */
  runbookUrl: z.string().check(z.minLength(1)),
  /** The stages' clocks, where they are not to be derived. */
  timing: z.optional(
    z.strictObject({
      functionTimeoutSeconds: z.optional(seconds),
      queueWaitSeconds: z.optional(seconds),
      heartbeatSeconds: z.optional(seconds),
      timeoutSeconds: z.optional(seconds),
    }),
  ),
});
export type LarderConfig = z.infer<typeof configSchema>;

const DEV: LarderConfig = {
  mailFrom: 'larder@example.com',
  mailTo: ['planning@example.com'],
  operators: ['operators@example.com'],
  scheduleHoursUtc: [5, 13],
  scheduleEnabled: false,
  scheduledWeeks: 4,
  publishWithinMinutes: 60,
  stageConcurrency: 40,
  reserveConcurrency: false,
  mapMode: 'inline',
  maxConcurrency: 40,
  saveLogQueries: false,
  alertThresholds: DEFAULT_THRESHOLDS,
  tags: { application: 'larder', environment: 'dev' },
  retainData: false,
  keepLogsForAYear: false,
  runbookUrl: 'docs/runbook.md',
};

/** Written out for a company to change: addresses, schedule, caps on spend. */
const STAGES: Readonly<Record<string, LarderConfig>> = {
  dev: DEV,
  prod: {
    ...DEV,
    scheduleEnabled: true,
    scheduledWeeks: 6,
    reserveConcurrency: true,
    monthlyBudgetUsd: 50,
    saveLogQueries: true,
    tags: { application: 'larder', environment: 'prod' },
    retainData: true,
    keepLogsForAYear: true,
  },
};

/** What a setting is called on the command line: `cdk synth -c larder:mailTo='["planning@acme.example"]'`. */
const CONTEXT_PREFIX = 'larder:';

/**
 * The configuration of a stage, with what the CDK context changes of it.
 *
 * @param context of the app; `larder:<setting>` holds a setting, as JSON or as plain text
 * @throws {@link ConfigError} with a sentence for each setting that is wrong
 */
export function configOf(stage: string, context: Readonly<Record<string, unknown>> = {}): LarderConfig {
  if (!Object.hasOwn(STAGES, stage)) {
    throw new ConfigError(`There is no stage "${stage}"; expected one of ${Object.keys(STAGES).join(', ')}.`);
  }
  const changes = Object.entries(context)
    .filter(([name]) => name.startsWith(CONTEXT_PREFIX))
    .map(([name, value]) => [name.slice(CONTEXT_PREFIX.length), jsonOrText(value)] as const);
  return parseConfig({ ...STAGES[stage], ...Object.fromEntries(changes) });
}

function jsonOrText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** @throws {@link ConfigError} with a sentence for each setting that is wrong */
export function parseConfig(config: unknown): LarderConfig {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) =>
      issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`,
    );
    throw new ConfigError(`The configuration is wrong: ${wrong.join('; ')}.`);
  }
  checkMap(parsed.data);
  checkWaiting(parsed.data, stageTiming(parsed.data.timing));
  return parsed.data;
}

/** @throws {@link ConfigError} for more than an inline Map takes */
function checkMap({ mapMode, maxConcurrency, scheduledWeeks }: LarderConfig): void {
  if (mapMode !== 'inline') return;
  const wrong = [
    ...(maxConcurrency > MAX_INLINE_CONCURRENCY
      ? [`it has ${MAX_INLINE_CONCURRENCY} weeks under way at once, and maxConcurrency is ${maxConcurrency}`]
      : []),
    ...(scheduledWeeks > MAX_INLINE_WEEKS
      ? [`its history takes ${MAX_INLINE_WEEKS} weeks, and scheduledWeeks is ${scheduledWeeks}`]
      : []),
  ];
  if (wrong.length > 0) throw new ConfigError(`More than an inline Map takes: ${wrong.join('; ')}.`);
}

/**
 * A message waits while the weeks before it are handled: all weeks under way may be in the same stage, and each may
 * take as long as its function may run.
 *
 * @throws {@link ConfigError} that says what each of the three settings would have to be
 */
function checkWaiting({ maxConcurrency, stageConcurrency }: LarderConfig, timing: StageTiming): void {
  const { functionTimeoutSeconds: longest, queueWaitSeconds } = timing;
  const wait = Math.ceil((maxConcurrency / stageConcurrency) * longest);
  if (wait <= queueWaitSeconds) return;
  const workers = Math.ceil((maxConcurrency * longest) / queueWaitSeconds);
  const weeks = Math.floor((stageConcurrency * queueWaitSeconds) / longest);
  const ways = [
    ...(workers <= MAX_CONCURRENCY ? [`raise stageConcurrency to ${workers}`] : []),
    ...(weeks >= 1 ? [`lower maxConcurrency to ${weeks}`] : []),
    `raise timing.queueWaitSeconds to ${wait}`,
  ];
  throw new ConfigError(
    `The weeks at once do not fit the clocks of the queues: ${maxConcurrency} weeks on ${stageConcurrency} workers a ` +
      `stage, ${longest} s a message at the longest, wait for ${wait} s, and timing.queueWaitSeconds allows for ` +
      `${queueWaitSeconds} s: ${ways.join(', or ')}.`,
  );
}

/** By setting, what a stage that runs by itself should not keep of the examples: said at synth, as warnings. */
export function stillExamples(config: LarderConfig): Readonly<Record<string, string>> {
  if (!config.scheduleEnabled) return {};
  const addresses = { mailFrom: [config.mailFrom], mailTo: config.mailTo, operators: config.operators };
  const reachNobody = Object.entries(addresses)
    .filter(([, list]) => list.some((address) => address.endsWith('@example.com')))
    .map(([name, list]) => [name, `${name} is an example, and reaches nobody: ${list.join(', ')}.`] as const);
  const { runbookUrl } = config;
  const isLink = /^https?:/.test(runbookUrl);
  const noLink = `Alarms name ${runbookUrl}: set runbookUrl to where your copy of it can be opened from a mail.`;
  return { ...Object.fromEntries(reachNobody), ...(isLink ? {} : { runbookUrl: noLink }) };
}
