/** The environment variables of the functions, checked once when a container starts. */
import { STAGE_CATALOGUE, STAGES } from '../pipeline/stages.ts';

/** Each stage's variable with the URL of its queue. */
export const QUEUE_VARIABLES = STAGES.map((stage) => STAGE_CATALOGUE[stage].queueVariable);

/** Every variable that some function reads. */
export const ENVIRONMENT_NAMES = [
  'TABLE_NAME',
  'BUCKET_NAME',
  'STATE_MACHINE_ARN',
  ...QUEUE_VARIABLES,
  'MAIL_FROM',
  'MAIL_TO',
  'MAIL_CONFIGURATION_SET',
  'EVENT_BUS_NAME',
  'SCHEDULE_HOURS_UTC',
  'PUBLISH_WITHIN_MINUTES',
  'CODE_VERSION',
  'MAP_MODE',
  'MAX_CONCURRENCY',
  'PUBLISHER_MEMORY_MB',
] as const;

type Name = (typeof ENVIRONMENT_NAMES)[number];

/** Reads the named variables. @throws Error that names every one that is missing or empty */
export function environment<N extends Name>(...names: N[]): Record<N, string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) throw new Error(`Missing environment variables: ${missing.join(', ')}.`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<N, string>;
}
