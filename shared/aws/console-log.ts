import type { Log } from '../pipeline/ports';

/** One JSON line a call on standard output, for CloudWatch Logs. */
export function consoleLog(fixed: Readonly<Record<string, unknown>>): Log {
  const line = (level: string) => (event: string, fields?: Readonly<Record<string, unknown>>) =>
    console.log(JSON.stringify({ level, event, ...fixed, ...fields }));
  return { info: line('info'), warn: line('warn'), error: line('error') };
}
