/** The engine on threads: weeks use all cores, and this thread stays free for heartbeats. */
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import workerpool from 'workerpool';
import { InputError } from '../../shared/domain/errors.ts';
import type { SiteForecast } from '../../shared/domain/forecast/site-forecast.ts';
import type { SimulatedBoxes } from '../../shared/domain/orders/simulate-orders.ts';
import type { Engine } from '../../shared/pipeline/engine.ts';
import { compiled } from '../compile.js';

export interface ThreadedEngine extends Engine {
  /** Ends the threads, also those at work; what they worked on rejects, and what waits for them. */
  close(): Promise<void>;
}

/**
 * A thread starts when there is work for it and no other is free. A call that finds all of them busy waits; one
 * whose thread dies rejects with an ordinary error, and another thread takes its place.
 *
 * @param threads at most
 * @param script of a thread
 */
export async function openEngine(threads = availableParallelism(), script?: string): Promise<ThreadedEngine> {
  const pool = workerpool.pool(script ?? (await compiled('tools/local/engine-thread.ts')), {
    workerType: 'thread',
    maxWorkers: threads,
  });
  // Calls wait here for a thread: in the pool's own queue they stay for ever when a thread dies (workerpool 10.0.3).
  const limit = pLimit(threads);
  let open = true;
  const call = <T>(method: keyof Engine, ...parameters: unknown[]): Promise<T> =>
    limit(async () => {
      if (!open) throw new Error('The engine is closed.');
      try {
        return (await pool.exec(method, parameters)) as T;
      } catch (thrown) {
        throw rebuilt(thrown);
      }
    });
  return {
    simulateOrders: (week, options) => call<SimulatedBoxes>('simulateOrders', week, options),
    forecastSites: (week, boxes, options) => call<SiteForecast>('forecastSites', week, boxes, options),
    close: async () => {
      open = false;
      await pool.terminate(true);
    },
  };
}

/** Errors lose their class on the way; the one that says that no retry can mend it gets it back. */
function rebuilt(thrown: unknown): Error {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return error.name === InputError.name ? new InputError(error.message, { cause: error }) : error;
}
