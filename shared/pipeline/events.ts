/** The event for services downstream, and its schema: version 1 gains fields, and loses or changes none. */
import { runIdSchema, menuWeekSchema } from './messages.ts';
import * as z from './schema.ts';

export const forecastPublishedSchema = z.object({
  version: z.literal(1),
  runId: runIdSchema,
  /** 1, 2, …: the pair of run and revision names what was published, once and for all. */
  revision: z.int().check(z.minimum(1)),
  /** PARTIAL: at least one week failed, and at least one did not. */
  status: z.enum(['PUBLISHED', 'PARTIAL']),
  /** A what-if is not to be acted upon. */
  kind: z.enum(['baseline', 'what-if']),
  label: z.optional(z.string()),
  /** Whether it replaces the revision before of the same run after a replay. */
  correction: z.boolean(),
  weeks: z.array(z.object({ week: menuWeekSchema, status: z.enum(['COMPLETE', 'FAILED']) })),
  /** ISO instants: when the inputs were read, and when the revision was made. */
  dataAsOf: z.string(),
  createdAt: z.string(),
  /** Where the files lie: a folder or an `s3://` prefix. */
  location: z.string(),
  files: z.array(
    z.object({
      name: z.string(),
      sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')),
    }),
  ),
});

/** `ForecastPublished`: what was published, and where it lies (docs/events.md). */
export type ForecastPublished = z.output<typeof forecastPublishedSchema>;
