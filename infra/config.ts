/** What differs between deployments, checked at synth. */
import * as z from '../shared/pipeline/schema';

const email = z.string().check(z.regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'expected an e-mail address'));

const configSchema = z.strictObject({
  mailFrom: email,
  mailTo: z.array(email).check(z.minLength(1, 'expected at least one address'), z.maxLength(50)),
  /** Runs start at these UTC hours; an empty list switches the schedule off. */
  scheduleHoursUtc: z.array(z.int().check(z.minimum(0), z.maximum(23))),
  scheduledWeeks: z.int().check(z.minimum(1), z.maximum(1000)),
  /** Messages a stage's worker handles at once; an event source takes 2 to 1,000. */
  stageConcurrency: z
    .int()
    .check(
      z.minimum(2, 'an SQS event source takes a concurrency of 2 to 1,000'),
      z.maximum(1000, 'an SQS event source takes a concurrency of 2 to 1,000'),
    ),
  /** Whether the table and the bucket outlive the stack. */
  retainData: z.boolean(),
  /** Otherwise for a month. */
  keepLogsForAYear: z.boolean(),
});
export type LarderConfig = z.infer<typeof configSchema>;

const STAGES: Readonly<Record<string, unknown>> = {
  dev: {
    mailFrom: 'larder@example.com',
    mailTo: ['planning@example.com'],
    scheduleHoursUtc: [],
    scheduledWeeks: 4,
    stageConcurrency: 40,
    retainData: false,
    keepLogsForAYear: false,
  },
  prod: {
    mailFrom: 'larder@example.com',
    mailTo: ['planning@example.com'],
    scheduleHoursUtc: [5, 13],
    scheduledWeeks: 6,
    stageConcurrency: 40,
    retainData: true,
    keepLogsForAYear: true,
  },
};

/** The configuration of a stage. @throws Error with a sentence for each setting that is wrong */
export function configOf(stage: string): LarderConfig {
  if (!(stage in STAGES)) {
    throw new Error(`There is no stage "${stage}"; expected one of ${Object.keys(STAGES).join(', ')}.`);
  }
  return parseConfig(STAGES[stage]);
}

export function parseConfig(config: unknown): LarderConfig {
  const parsed = configSchema.safeParse(config);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The configuration is wrong: ${wrong.join('; ')}.`);
}
