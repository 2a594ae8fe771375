/** Functions: each call is a process of its own, with its ports, its time-out and its end. */
import { configure } from '../../../../../functions/configurator/handler.ts';
import { extractData } from '../../../../../functions/data-extractor/handler.ts';
import { recordFailure } from '../../../../../functions/failure-recorder/handler.ts';
import { simulateWeek } from '../../../../../functions/order-simulator/handler.ts';
import { publish } from '../../../../../functions/publisher/handler.ts';
import { forecastWeek } from '../../../../../functions/site-forecast/handler.ts';
import { InputError } from '../../../../../shared/domain/errors.ts';
import { handleDeadLetter } from '../../../../../shared/pipeline/stage/dead-letter.ts';
import type { Engine } from '../../../../../shared/pipeline/engine.ts';
import { PermanentError } from '../../../../../shared/pipeline/errors.ts';
import type { RunId, Stage } from '../../../../../shared/pipeline/messages.ts';
import { handleBatch, type SqsEvent } from '../../../../../shared/pipeline/stage/sqs-batch.ts';
import { handleDelivery, type StageWork } from '../../../../../shared/pipeline/stage/stage-worker.ts';
import type { LambdaAnswer } from '../../../../local/asl/index.ts';
import { portsOf, type Ports } from './ports.ts';
import type { Process } from './process.ts';
import type { Services } from './services.ts';
import { forecastSites, simulateOrders } from '../replacements/tiny-domain.ts';

/** The folder under functions/ of each stage's worker. */
export const WORKER_FOLDERS: Readonly<Record<Stage, string>> = {
  extract: 'data-extractor',
  simulate: 'order-simulator',
  forecast: 'site-forecast',
};

type Handler = (services: Services, process: Process, event: unknown) => Promise<unknown>;

/** The real handlers, by the folder under functions/ that holds each. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  configurator: (services, process, event) => configure(portsOf(services, process), event),
  'data-extractor': (services, process, event) =>
    handleStage(services, process, 'extract', event, (ports) => extractData(ports)),
  'order-simulator': (services, process, event) =>
    handleStage(services, process, 'simulate', event, (ports) =>
      simulateWeek({ ...ports, engine: engineOf(services, process) }),
    ),
  'site-forecast': (services, process, event) =>
    handleStage(services, process, 'forecast', event, (ports) =>
      forecastWeek({ ...ports, engine: engineOf(services, process) }),
    ),
  publisher: (services, process, event) => {
    services.checks.publications.began(process, (event as { runId: RunId }).runId);
    return publish(portsOf(services, process), event).then((answer) => {
      services.checks.publications.ended(answer);
      return answer;
    });
  },
  'failure-recorder': (services, process, event) => recordFailure(portsOf(services, process), event),
  'dead-letter': (services, process, event) => {
    const ports = portsOf(services, process);
    return handleBatch(event as SqsEvent, (delivery) => handleDeadLetter(ports, delivery));
  },
};

function handleStage(
  services: Services,
  process: Process,
  stage: Stage,
  event: unknown,
  workOf: (ports: Ports) => StageWork,
): Promise<unknown> {
  const ports = portsOf(services, process);
  const work = workOf(ports);
  const watched: StageWork = async (context) => {
    services.checks.workStarted(context, stage, process);
    try {
      return await work(context);
    } catch (error) {
      if (error instanceof PermanentError || error instanceof InputError) process.permanentError = error.name;
      throw error;
    }
  };
  return handleBatch(event as SqsEvent, (delivery) => handleDelivery(ports, stage, watched, delivery));
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
    forecastSites: (week, simulated) =>
      calculate('forecast', week.menuWeek, () => forecastSites(week, simulated)),
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
  HANDLERS[process.role](services, process, event).then(
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
