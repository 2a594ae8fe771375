import { Alarm, ComparisonOperator, Stats, TreatMissingData, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Validations } from 'aws-cdk-lib/core';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { LarderConfig } from '../config.ts';
import { logMetric, PERIOD, type Watched } from './metrics.ts';
import type { StageTiming } from '../stage/stage-timing.ts';

export interface AlarmsProps {
  readonly config: LarderConfig;
  readonly timing: StageTiming;
  readonly watched: Watched;
}

interface AlarmSettings {
  /** The section of docs/runbook.md. */
  readonly section: string;
  /** What is wrong, and what it means. */
  readonly says: string;
  /** One metric: each alarm says one thing. */
  readonly metric: Metric;
  /** The alarm rings from this value on. */
  readonly from?: number;
  /** For so many periods in a row. */
  readonly periods?: number;
  /** Whether hearing nothing is itself the alarm. */
  readonly missingIsBad?: boolean;
}

/** Each alarm goes to the operators by mail, and its description leads to its section of the runbook. */
export class Alarms extends Construct {
  private readonly topic: Topic;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { enforceSSL: true, displayName: 'Larder alarms' });
    for (const address of props.config.operators) this.topic.addSubscription(new EmailSubscription(address));
    Validations.of(this.topic).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason: 'Mail to a person: SNS tries it again for hours, and the alarm stands in CloudWatch all the while.',
    });
    this.runs();
    this.queues();
    this.functions();
    this.publications();
  }

  private runs(): void {
    const { stateMachine } = this.props.watched;
    const nothing = { section: 'run-failed', says: 'A run ended without publishing anything.' };
    this.alarm('RunFailed', { ...nothing, metric: stateMachine.metricFailed({ period: PERIOD }) });
    this.alarm('RunTimedOut', { ...nothing, metric: stateMachine.metricTimedOut({ period: PERIOD }) });
    this.alarm('RunInterrupted', {
      section: 'run-interrupted',
      says: 'The sweeper found a run whose execution had ended without a word.',
      metric: logMetric('RunsInterrupted'),
    });
    this.alarm('WeeksFailed', {
      section: 'weeks-failed',
      says: 'A forecast was published without some of its weeks.',
      metric: logMetric('WeeksFailed'),
    });
  }

  private queues(): void {
    const { timing, watched } = this.props;
    // A message waits in its queue, may come back from a delivery that was lost, and is worked on: one crashed worker is
    // no alarm.
    const old = timing.queueWaitSeconds + timing.visibilitySeconds + timing.functionTimeoutSeconds;
    for (const [stage, { node, queue, deadLetters }] of Object.entries(watched.stages)) {
      const name = node.id;
      this.alarm(`${name}QueueOld`, {
        section: 'queue-old',
        says: `Messages of the stage ${stage} are older than its clocks allow for (${old} s).`,
        metric: queue.metricApproximateAgeOfOldestMessage({ period: PERIOD }),
        from: old,
      });
      const unanswered = {
        section: 'dead-letters',
        says: `Dead letters of the stage ${stage} have not been answered for a quarter of an hour.`,
        periods: 3,
      };
      const depth = { period: PERIOD, statistic: Stats.MAXIMUM };
      this.alarm(`${name}DeadLettersWaiting`, {
        ...unanswered,
        metric: deadLetters.metricApproximateNumberOfMessagesVisible(depth),
      });
      this.alarm(`${name}DeadLettersInFlight`, {
        ...unanswered,
        metric: deadLetters.metricApproximateNumberOfMessagesNotVisible(depth),
      });
    }
    this.alarm('MessagesBuried', {
      section: 'messages-buried',
      says: 'A message could not be handled; its body is kept under dead-letters/.',
      metric: logMetric('MessagesBuried'),
    });
  }

  private functions(): void {
    for (const [name, lambda] of Object.entries(this.props.watched.functions)) {
      this.alarm(`${lambda.node.id}Errors`, {
        section: 'function-errors',
        says: `The ${name} crashes, runs out of time, or cannot start.`,
        metric: lambda.metricErrors({ period: PERIOD }),
        from: 3,
      });
      this.alarm(`${lambda.node.id}Throttles`, {
        section: 'function-throttles',
        says: `Lambda turns calls of the ${name} away: there are too few concurrent executions.`,
        metric: lambda.metricThrottles({ period: PERIOD }),
        periods: 3,
      });
    }
  }

  private publications(): void {
    this.alarm('MailFailed', {
      section: 'mail-failed',
      says: 'A forecast was published, but its mail did not go out.',
      metric: logMetric('MailsFailed'),
    });
    this.alarm('MailReturned', {
      section: 'mail-returned',
      says: 'A mail went out and did not arrive at somebody, or was marked as spam.',
      metric: logMetric('MailsReturned'),
    });
    this.alarm('Undelivered', {
      section: 'undelivered',
      says: 'A schedule could not start its forecast, or a report on a mail could not be recorded.',
      metric: this.props.watched.undelivered.metricApproximateNumberOfMessagesVisible({
        period: PERIOD,
        statistic: Stats.MAXIMUM,
      }),
    });
    this.alarm('ForecastOverdue', {
      section: 'forecast-overdue',
      says: 'No forecast was published by its hour, or nobody has looked: the sweeper is silent.',
      // Every sweep says 0 or 1; three sweeps that are missing are as bad as a 1.
      metric: logMetric('ForecastOverdue', { statistic: Stats.MAXIMUM }),
      periods: 3,
      missingIsBad: true,
    });
  }

  private alarm(id: string, settings: AlarmSettings): void {
    const { section, says, metric, from = 1, periods = 1, missingIsBad = false } = settings;
    const alarm = new Alarm(this, id, {
      alarmDescription: `${says} What to do: ${this.props.config.runbookUrl}#${section}`,
      metric,
      threshold: from,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: missingIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
  }
}
