import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { STAGE_CATALOGUE, STAGES, type Stage } from '../../shared/pipeline/stages.ts';
import { Alarms } from './alarms.ts';
import type { LarderConfig } from '../config.ts';
import { dashboard } from './dashboard.ts';
import type { Functions } from '../functions/functions.ts';
import type { Workers } from '../stage/workers.ts';
import type { Watched } from './metrics.ts';
import { saveQueries } from './saved-queries.ts';
import type { StageTiming } from '../stage/stage-timing.ts';
import type { Sweeper } from '../functions/sweeper.ts';
import type { WeekStage } from '../stage/week-stage.ts';
import type { Workflow } from '../workflow.ts';

export interface MonitoringProps {
  readonly config: LarderConfig;
  readonly timing: StageTiming;
  readonly stages: Readonly<Record<Stage, WeekStage>>;
  readonly workflow: Workflow;
  readonly functions: Functions;
  readonly workers: Workers;
  readonly sweeper: Sweeper;
  readonly undelivered: Queue;
}

/** How operators see the stack, and what tells them to look. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { config, functions, workers, sweeper } = props;
    const watched: Watched = {
      stateMachine: props.workflow.stateMachine,
      stages: props.stages,
      undelivered: props.undelivered,
      functions: {
        Configurator: functions.configurator,
        ...Object.fromEntries(STAGES.map((stage) => [STAGE_CATALOGUE[stage].worker, workers.byStage[stage]])),
        Publisher: functions.publisher,
        'Dead-letter consumer': workers.deadLetter,
        'Failure recorder': functions.failureRecorder,
        Sweeper: sweeper.function,
      },
    };
    new Alarms(this, 'Alarms', { config, timing: props.timing, watched });
    dashboard(this, watched);
    if (config.saveLogQueries) saveQueries(this, watched);
    if (config.monthlyBudgetUsd !== undefined) this.budget(config, config.monthlyBudgetUsd);
  }

  /** A cap on spend that nobody has to remember: mail at 80%, and when the month's forecast is over it. */
  private budget({ operators, tags }: LarderConfig, monthlyUsd: number): void {
    const subscribers = operators.slice(0, 10).map((address) => ({ subscriptionType: 'EMAIL', address }));
    const notify = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
      subscribers,
    });
    const [[name, value] = ['application', 'larder']] = Object.entries(tags);
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyUsd, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:${name}$${value}`] },
      },
      notificationsWithSubscribers: [notify('ACTUAL', 80), notify('FORECASTED', 100)],
    });
  }
}
