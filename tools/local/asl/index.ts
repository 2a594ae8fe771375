export {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  UnsupportedDefinition,
  ValidationException,
} from './errors';
export type { ExecutionResult, LambdaAnswer, ServiceCalls } from './execution';
export type { HistoryDetails, HistoryEvent, HistoryEventType } from './history';
export { StateMachine, type StateMachineOptions } from './machine';
export { parseDefinition } from './parse';
