/** From what a run used to what it costs. */
import { LOG_METRICS } from '../../shared/aws/metrics.ts';
import { STAGES } from '../../shared/pipeline/stages.ts';
import { SWEEP_MINUTES } from '../../infra/stage/stage-timing.ts';
import { PRICES } from './prices.ts';

/** Quantities by the meter's names. */
export type Usage = Readonly<Record<string, number>>;

/** What one kind of use of a service costs. */
export interface CostLine {
  readonly service: string;
  readonly what: string;
  readonly quantity: number;
  readonly usd: number;
}

/** What a run costs. */
export interface RunCost {
  readonly weeks: number;
  readonly lines: readonly CostLine[];
  readonly usd: number;
}

/** Lambda's own START, END and REPORT lines of a call, about. */
const PLATFORM_LOG_BYTES = 400;
const GIGABYTE = 2 ** 30;

const SQS = ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'];

function line(service: string, what: string, quantity: number, each: number): CostLine {
  return { service, what, quantity, usd: quantity * each };
}

/** What the usage of one run costs, by service. */
export function costOf(weeks: number, usage: Usage): RunCost {
  const { usd } = PRICES;
  const used = (name: string) => usage[name] ?? 0;
  const sqsRequests = SQS.reduce((sum, action) => sum + used(`sqs:${action}`), 0);
  const logBytes = used('logs:bytes') + PLATFORM_LOG_BYTES * used('lambda:Invoke');
  const lines = [
    line('Step Functions', 'state transitions', used('states:Transition'), usd.stateTransition),
    line('Lambda', 'requests', used('lambda:Invoke'), usd.lambdaRequest),
    line('Lambda', 'GB-seconds, arm64', used('lambda:gigabyteSeconds'), usd.lambdaGigabyteSecond),
    line('SQS', 'requests', sqsRequests, usd.sqsRequest),
    line('DynamoDB', 'write units', used('dynamodb:writeUnits'), usd.dynamoWriteUnit),
    line('DynamoDB', 'read units', used('dynamodb:readUnits'), usd.dynamoReadUnit),
    line('S3', 'writes', used('s3:PutObject'), usd.s3Write),
    line('S3', 'reads', used('s3:GetObject'), usd.s3Read),
    line('S3', 'GB kept for a month', used('s3:bytes') / GIGABYTE, usd.s3GigabyteMonth),
    line('SES', 'mails', used('ses:SendRawEmail'), usd.mail),
    line('EventBridge', 'events', used('events:PutEvents'), usd.event),
    line('CloudWatch Logs', 'GB taken in', logBytes / GIGABYTE, usd.logGigabyte),
  ];
  return { weeks, lines, usd: total(lines) };
}

/**
 * The usage of a run of `weeks`, from that of two runs measured: everything a run uses is a fixed part and a part
 * for each week.
 */
export function extrapolate(
  one: { readonly weeks: number; readonly usage: Usage },
  many: { readonly weeks: number; readonly usage: Usage },
  weeks: number,
): Usage {
  const names = [...new Set([...Object.keys(one.usage), ...Object.keys(many.usage)])];
  const along = (weeks - one.weeks) / (many.weeks - one.weeks);
  return Object.fromEntries(
    names.map((name) => {
      const [from, to] = [one.usage[name] ?? 0, many.usage[name] ?? 0];
      return [name, from + along * (to - from)];
    }),
  );
}

/** Five pollers an event source, each with a request of 20 seconds, around the clock. */
const IDLE_POLLS_A_MONTH = 5 * 3 * 60 * 24 * 30;

/** Each sweep makes two queries of empty or short indexes, and takes a tenth of a second of 512 MB. */
const SWEEPS_A_MONTH = (60 / SWEEP_MINUTES) * 24 * 30;
const SWEEP_GIGABYTE_SECONDS = 0.1 * 0.5;

/** What the stack costs a month without any run. */
export function standingCost(resourceTypes: readonly string[]): CostLine[] {
  const { usd } = PRICES;
  const count = (type: string) => resourceTypes.filter((one) => one === type).length;
  const series = LOG_METRICS.reduce((sum, { dimension }) => sum + (dimension ? STAGES.length : 1), 0);
  const sweep = usd.lambdaRequest + SWEEP_GIGABYTE_SECONDS * usd.lambdaGigabyteSecond + 2 * usd.dynamoReadUnit;
  return [
    line('SQS', 'polls of empty queues', count('AWS::Lambda::EventSourceMapping') * IDLE_POLLS_A_MONTH, usd.sqsRequest),
    line('Lambda', 'looks of the sweeper', SWEEPS_A_MONTH, sweep),
    line('CloudWatch', 'metrics of our own', series, usd.metricMonth),
    line('CloudWatch', 'alarms', count('AWS::CloudWatch::Alarm'), usd.alarmMonth),
    line('CloudWatch', 'dashboards', count('AWS::CloudWatch::Dashboard'), usd.dashboardMonth),
  ];
}

/** US dollars. */
export function total(lines: readonly CostLine[]): number {
  return lines.reduce((sum, line) => sum + line.usd, 0);
}
