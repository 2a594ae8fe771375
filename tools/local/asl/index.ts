export {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  UnsupportedDefinition,
  ValidationException,
} from './errors.ts';
export type { ExecutionResult, LambdaAnswer, ServiceCalls } from './execution.ts';
export type { HistoryDetails, HistoryEvent, HistoryEventType } from './history.ts';
export { StateMachine, type StateMachineOptions } from './machine.ts';
export { parseDefinition } from './parse.ts';
