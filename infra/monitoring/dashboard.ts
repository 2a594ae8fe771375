import {
  Dashboard,
  GraphWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  Row,
  SingleValueWidget,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { STAGES } from '../../shared/pipeline/stages.ts';
import { depthOf, logMetric, PERIOD, type Watched } from './metrics.ts';
import { QUERIES } from './saved-queries.ts';

/** One page from top to bottom as an operator asks: is it out, where does it stand, what is wrong. */
export function dashboard(scope: Construct, watched: Watched): Dashboard {
  const board = new Dashboard(scope, 'Dashboard', { defaultInterval: Duration.days(3) });
  const graph = (title: string, left: IMetric[], width = 8) => new GraphWidget({ title, left, width });
  const stages = STAGES.map((stage) => [stage, watched.stages[stage]] as const);
  const { stateMachine } = watched;
  board.addWidgets(
    new SingleValueWidget({
      title: 'Last three days',
      width: 24,
      setPeriodToTimeRange: true,
      metrics: [
        stateMachine.metricSucceeded({ label: 'runs published' }),
        stateMachine.metricFailed({ label: 'runs failed' }),
        logMetric('WeeksComplete'),
        logMetric('WeeksFailed'),
        logMetric('MailsSent'),
        logMetric('MailsFailed'),
        logMetric('MailsReturned'),
      ],
    }),
  );
  board.addWidgets(
    graph('Weeks by status', [logMetric('WeeksComplete'), logMetric('WeeksFailed')]),
    graph('Stage duration, 95% within (ms)', [
      ...STAGES.map((stage) => logMetric('StageDuration', { stage, statistic: 'p95' })),
    ]),
    graph('Runs', [
      stateMachine.metricStarted({ period: PERIOD }),
      stateMachine.metricSucceeded({ period: PERIOD }),
      stateMachine.metricFailed({ period: PERIOD }),
    ]),
  );
  const age = stages.map(([stage, { queue }]) =>
    queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, label: stage }),
  );
  board.addWidgets(
    graph('Age of the oldest message (s)', age),
    graph('Attempts that failed and come again', [...STAGES.map((stage) => logMetric('StageRetries', { stage }))]),
    graph('Stages that failed for good', [...STAGES.map((stage) => logMetric('StageFailures', { stage }))]),
  );
  board.addWidgets(
    graph(
      'Dead letters not answered yet',
      stages.map(([stage, { deadLetters }]) => depthOf(deadLetters, stage)),
    ),
    graph(
      'Errors of functions',
      Object.entries(watched.functions).map(([label, lambda]) => lambda.metricErrors({ period: PERIOD, label })),
    ),
    graph('Mails', [logMetric('MailsSent'), logMetric('MailsFailed'), logMetric('MailsReturned')]),
  );
  const { failures } = QUERIES;
  board.addWidgets(
    new Row(
      new LogQueryWidget({
        title: failures.title,
        logGroupNames: Object.values(watched.functions).map((lambda) => lambda.logGroup.logGroupName),
        queryLines: [...failures.lines],
        view: LogQueryVisualizationType.TABLE,
        width: 24,
      }),
    ),
  );
  return board;
}
