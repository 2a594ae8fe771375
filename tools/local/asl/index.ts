/** A state machine in Amazon States Language: its definition read, its executions run as Step Functions runs them. */
export {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  UnsupportedDefinition,
  ValidationException,
} from './errors.ts';
export type { LambdaAnswer, ServiceCalls } from './execution/environment.ts';
export type { ExecutionResult } from './execution/execution.ts';
export type { HistoryDetails, HistoryEvent, HistoryEventType } from './execution/history.ts';
export { StateMachine, type StateMachineOptions } from './execution/machine.ts';
export { parseDefinition } from './definition/parse.ts';
