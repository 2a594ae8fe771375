/** What the local stack says of functions that outlast their time-out, which Lambda says in a log of its own. */
import { LogEvent } from '../../shared/pipeline/log-events.ts';
import type { Log } from '../../shared/pipeline/ports.ts';

export class TimeOuts {
  private readonly calls = new Map<string, number>();

  constructor(private readonly log: Pick<Log, 'error'>) {}

  /** Logs that a call of the function was given up after so many seconds. */
  add(functionName: string, seconds: number): void {
    this.log.error(LogEvent.FunctionTimedOut, { function: functionName, seconds });
    this.calls.set(functionName, (this.calls.get(functionName) ?? 0) + 1);
  }

  /** A line for the terminal about each function that was too slow, and how often it was. */
  lines(): string[] {
    return [...this.calls].map(([name, calls]) => {
      const times = calls === 1 ? 'once' : `${calls} times`;
      return `larder: the function ${name} outlasted its time-out ${times}; the log says when.\n`;
    });
  }
}
