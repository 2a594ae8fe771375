/** What a log line can be about. Metrics (shared/aws/metrics.ts) and saved queries (infra/monitoring) find lines by it. */
export enum LogEvent {
  RunConfigured = 'run.configured',
  /** A schedule was delivered twice: its run is under way, or over, under another name. */
  RunStartedBefore = 'run.started-before',
  RunSwept = 'run.swept',
  StageDecided = 'stage.decided',
  StageCommitted = 'stage.committed',
  StageRetrying = 'stage.retrying',
  StageFailed = 'stage.failed',
  HeartbeatFailed = 'heartbeat.failed',
  DeliveryReturned = 'delivery.returned',
  TokenDead = 'token.dead',
  /** The body of a message that nobody can handle was put aside under `dead-letters/`. */
  MessageQuarantined = 'message.buried',
  FailureRecorded = 'failure.recorded',
  PreviousMissing = 'baseline.missing',
  RevisionPublished = 'revision.published',
  MailSent = 'mail.sent',
  MailThrottled = 'mail.throttled',
  MailFailed = 'mail.failed',
  MailReturned = 'mail.returned',
  ForecastChecked = 'forecast.checked',
  /** On the local stack alone: Lambda writes a line of its own. */
  FunctionTimedOut = 'function.timedout',
}
