/** Functions: each call is a process of its own, with its ports, its time-out and its end. */
import type { Published } from '../../../../../functions/publisher/handler.ts';
import { InputError, PermanentError } from '../../../../../shared/domain/errors.ts';
import type { Engine } from '../../../../../shared/pipeline/engine.ts';
import type { StageWork } from '../../../../../shared/pipeline/stage/stage-worker.ts';
import { byStage, type Stage } from '../../../../../shared/pipeline/stages.ts';
import type { LambdaAnswer } from '../../../../local/asl/index.ts';
import { localHandlers, stageWorks } from '../../../../local/handlers.ts';
import type { PublisherEvent } from '../checks/publications.ts';
import { portsOf } from './ports.ts';
import type { Process } from './process.ts';
import type { Services } from './services.ts';
import { forecastSites, simulateOrders } from '../replacements/tiny-domain.ts';

/** The real handler of the function whose process it is, watched by the checks. */
async function handle(services: Services, process: Process, event: unknown): Promise<unknown> {
  const ports = portsOf(services, process);
  const works = stageWorks(ports, engineOf(services, process));
  const handlers = localHandlers(
    ports,
    byStage((stage) => watched(services, process, stage, works[stage])),
  );
  const { publications } = services.checks;
  const isPublisher = process.role === 'publisher';
  if (isPublisher) publications.began(process, event as PublisherEvent);
  const answer = await handlers[process.role](event);
  if (isPublisher) publications.ended(answer as Published);
  return answer;
}

function watched(services: Services, process: Process, stage: Stage, work: StageWork): StageWork {
  return async (context) => {
    services.checks.workStarted(context, stage, process);
    try {
      return await work(context);
    } catch (error) {
      if (error instanceof PermanentError) process.permanentError = error.name;
      throw error;
    }
  };
}

/** The calculations of a week: they take their time, and may fail. */
function engineOf(services: Services, process: Process): Engine {
  const calculate = <T>(stage: Stage, week: string, result: () => T) =>
    process.call(
      'work',
      `${stage} ${week}`,
      () => {
        if (services.inputs.isBad(week, stage)) throw new InputError(`${week} cannot be calculated`);
        return result();
      },
      services.workTime(),
    );
  return {
    simulateOrders: (week) => calculate('simulate', week.menuWeek, () => simulateOrders(week)),
    forecastSites: (week, simulated) => calculate('forecast', week.menuWeek, () => forecastSites(week, simulated)),
  };
}

/**
 * Calls a function as its service would.
 *
 * @param done told its answer, unless a restart has ended the call
 */
export function invoke(
  services: Services,
  process: Process,
  event: unknown,
  timeoutSeconds: number,
  done: (answer: LambdaAnswer) => void,
): void {
  const { scheduler, checks, plan } = services;
  let answered = false;
  const answer = (value: LambdaAnswer) => {
    if (answered) return;
    answered = true;
    stopTimeout();
    // The environment is frozen when its function has answered.
    process.kill('its function has answered');
    done(value);
  };
  const failed = (error: string, message: string) => answer({ ok: false, error, message });
  const stopTimeout = scheduler.schedule(timeoutSeconds * 1000, () => {
    services.note(() => `${process.name} times out`);
    if (!plan.zombies) return failed('Sandbox.Timedout', `Task timed out after ${timeoutSeconds} seconds`);
    answered = true;
    done({ ok: false, error: 'Sandbox.Timedout', message: `Task timed out after ${timeoutSeconds} seconds` });
  });
  process.onDeath(() => failed('Runtime.ExitError', 'The process has died'));
  handle(services, process, event).then(
    (payload) => {
      if (process.timers > 0) checks.broken('nothing-runs-on', `${process.name} has answered`);
      scheduler.schedule(0, () => answer({ ok: true, payload: payload ?? null }));
    },
    (thrown: unknown) => {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      scheduler.schedule(0, () => failed(error.name, error.message));
    },
  );
}
