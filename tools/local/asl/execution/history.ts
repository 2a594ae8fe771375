/**
 * The history of an execution, event for event as the service writes it.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */

type StateType = 'Task' | 'Map' | 'Choice' | 'Pass' | 'Succeed';

export type HistoryEventType =
  | 'ExecutionStarted'
  | 'ExecutionSucceeded'
  | 'ExecutionFailed'
  | 'ExecutionTimedOut'
  | 'ExecutionAborted'
  | 'ExecutionRedriven'
  | `${StateType}StateEntered`
  | `${StateType}StateExited`
  | 'FailStateEntered'
  | 'TaskScheduled'
  | 'TaskStarted'
  | 'TaskSubmitted'
  | 'TaskSucceeded'
  | 'TaskFailed'
  | 'TaskTimedOut'
  | 'TaskStateAborted'
  | 'MapStateStarted'
  | 'MapStateSucceeded'
  | 'MapStateFailed'
  | 'MapStateAborted'
  | 'MapIterationStarted'
  | 'MapIterationSucceeded'
  | 'MapIterationFailed'
  | 'MapIterationAborted';

/** What the service has under `<type>EventDetails`; `input`, `output` and `parameters` are JSON texts. */
export interface HistoryDetails {
  readonly name?: string;
  readonly input?: string;
  readonly output?: string;
  readonly parameters?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly resourceType?: string;
  readonly resource?: string;
  readonly region?: string;
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
  /** Of MapStateStarted: the number of items. */
  readonly length?: number;
  /** Of a Map iteration: its index. */
  readonly index?: number;
  /** Of MapStateSucceeded: the outputs of the iterations together, which count against the payload's limit. Not on AWS. */
  readonly outputBytes?: number;
  /** Of ExecutionRedriven: 1 for the first redrive. */
  readonly redriveCount?: number;
}

export interface HistoryEvent {
  /** 1 for the first event. */
  readonly id: number;
  /** The event of the same branch before this one; 0 where there is none. */
  readonly previousEventId: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly type: HistoryEventType;
  readonly details: HistoryDetails;
}
