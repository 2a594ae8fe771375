/** The environment variables of the functions, checked once when a container starts. */
import * as z from '../pipeline/schema.ts';

const text = z.string().check(z.minLength(1));

const variables = {
  TABLE_NAME: text,
  BUCKET_NAME: text,
  STATE_MACHINE_ARN: text,
  EXTRACT_QUEUE_URL: text,
  SIMULATE_QUEUE_URL: text,
  FORECAST_QUEUE_URL: text,
  MAIL_FROM: text,
  MAIL_TO: text,
  EVENT_BUS_NAME: text,
  SCHEDULE_HOURS_UTC: text,
  PUBLISH_WITHIN_MINUTES: text,
} as const;

type Name = keyof typeof variables;

/** Every variable that some function reads. */
export const environmentNames = Object.keys(variables) as readonly Name[];

/** Reads the named variables. @throws Error that names every one that is missing */
export function environment<N extends Name>(...names: N[]): Record<N, string> {
  const missing = names.filter((name) => !variables[name].safeParse(process.env[name]).success);
  if (missing.length > 0) throw new Error(`Missing environment variables: ${missing.join(', ')}.`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<N, string>;
}
