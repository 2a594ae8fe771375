/** The clocks that the template sets. */
import { STAGE_CATALOGUE, type Stage } from '../../../../../shared/pipeline/stages.ts';
import type {
  FunctionDeclaration,
  LocalTemplate,
  QueueDeclaration,
} from '../../../../local/cloudformation/template.ts';

/** In seconds; the same for every stage. */
export interface Clocks {
  /** The visibility timeout of a stage's queue, and of its dead letters. */
  readonly visibility: number;
  readonly deadLetterVisibility: number;
  /** For so long the task of a stage waits for a sign of life. */
  readonly heartbeat: number;
}

export function clocksOf(template: LocalTemplate): Clocks {
  const { main, deadLetters } = queuesOf(template, 'extract');
  const heartbeat = /"HeartbeatSeconds":(\d+)/.exec(JSON.stringify(template.stateMachine.definition));
  if (!heartbeat) throw new Error('The definition has no HeartbeatSeconds.');
  return {
    visibility: main.visibilitySeconds,
    deadLetterVisibility: deadLetters.visibilitySeconds,
    heartbeat: Number(heartbeat[1]),
  };
}

/** @throws Error where the template has no function of that folder */
export function functionOf({ functions }: LocalTemplate, folder: string): FunctionDeclaration {
  const found = functions.find((one) => one.folder === folder);
  if (!found) throw new Error(`The template has no function ${folder}.`);
  return found;
}

interface DeclaredQueues {
  readonly main: QueueDeclaration;
  readonly deadLetters: QueueDeclaration;
}

/** @throws Error where the template has no queues for the stage */
export function queuesOf(template: LocalTemplate, stage: Stage): DeclaredQueues {
  const { eventSources, queues } = template;
  const { logicalId } = functionOf(template, STAGE_CATALOGUE[stage].folder);
  const source = eventSources.find(({ functionId }) => functionId === logicalId);
  const main = queues.find(({ arn }) => arn === source?.queueArn);
  const deadLetters = queues.find(({ arn }) => arn === main?.redrive?.deadLetterArn);
  if (!main || !deadLetters) throw new Error(`The template has no queues for ${stage}.`);
  return { main, deadLetters };
}
