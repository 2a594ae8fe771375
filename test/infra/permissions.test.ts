/** What each role may do, whole: a permission that is missing, and one too many, both fail here. */
import { ofType, resourcesOf, type Resources } from './template.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
  readonly Effect: string;
}

const TRACE = ['xray:PutTelemetryRecords *', 'xray:PutTraceSegments *'];
const ITEMS = ['dynamodb:GetItem table', 'dynamodb:PutItem table'];
const ANSWER = ['states:SendTaskFailure machine', 'states:SendTaskSuccess machine', 'states:StartExecution machine'];
const consume = (queue: string) =>
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(
    (action) => `sqs:${action} ${queue}`,
  );
const read = (folder: string) => [`s3:GetObject bucket/${folder}/*`, 's3:ListBucket bucket'];
const worker = (queue: string) => [
  ...TRACE,
  ...ITEMS,
  ...ANSWER,
  ...consume(queue),
  ...read('artifacts'),
  's3:PutObject bucket/artifacts/*',
  's3:PutObject bucket/dead-letters/*',
  'states:SendTaskHeartbeat machine',
  'states:DescribeExecution executions',
];

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  Configurator: [...TRACE, ...ITEMS, ...read('inputs')],
  DataExtractor: [...worker('extract'), ...read('inputs'), 'sqs:SendMessage simulate'],
  OrderSimulator: [...worker('simulate'), 'sqs:SendMessage forecast'],
  SiteForecast: [...worker('forecast'), ...read('inputs')],
  Publisher: [
    ...TRACE,
    ...ITEMS,
    ...read('artifacts'),
    ...read('published'),
    'dynamodb:Query table',
    's3:PutObject bucket/artifacts/*',
    's3:PutObject bucket/published/*',
    'events:PutEvents bus',
    'ses:SendRawEmail identity/* if from the sender',
    'ses:SendRawEmail configuration set if from the sender',
  ],
  FailureRecorder: [
    ...TRACE,
    ...ITEMS,
    ...['GetQueueAttributes', 'GetQueueUrl', 'SendMessage'].map((action) => `sqs:${action} Undelivered`),
  ],
  DeadLetter: [
    ...TRACE,
    ...ITEMS,
    ...ANSWER,
    ...['extract', 'simulate', 'forecast'].flatMap((stage) => consume(`${stage} dead letters`)),
    's3:PutObject bucket/dead-letters/*',
    'sqs:SendMessage simulate',
    'sqs:SendMessage forecast',
  ],
  Sweeper: [
    ...TRACE,
    ...ITEMS,
    'dynamodb:Query table',
    'dynamodb:Query table/index/runs-by-start',
    'dynamodb:Query table/index/unfinished',
    'states:DescribeExecution executions',
  ],
  WorkflowStateMachine: [
    ...TRACE,
    'xray:GetSamplingRules *',
    'xray:GetSamplingTargets *',
    'sqs:SendMessage extract',
    'sqs:SendMessage simulate',
    'sqs:SendMessage forecast',
    ...['Configurator', 'Publisher', 'FailureRecorder'].flatMap((name) => [
      `lambda:InvokeFunction ${name}`,
      `lambda:InvokeFunction ${name}:*`,
    ]),
    ...[
      ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'],
      ...['PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'],
    ].map((action) => `logs:${action} *`),
  ],
};

/** Resources by the part they play; what is not known here stands as it is, and fails. */
const PARTS: readonly [RegExp, string][] = [
  [/"Fn::GetAtt":\["StorageStatusTable[0-9A-F]*","Arn"\]/, 'table'],
  [/"Fn::GetAtt":\["StorageBucket[0-9A-F]*","Arn"\]/, 'bucket'],
  [/"Fn::GetAtt":\["(Extract|Simulate|Forecast)Queue[0-9A-F]*","Arn"\]/, '$1'],
  [/"Fn::GetAtt":\["(Extract|Simulate|Forecast)DeadLetters[0-9A-F]*","Arn"\]/, '$1 dead letters'],
  [/"Fn::GetAtt":\["(Configurator|Publisher|FailureRecorder|Sweeper|Undelivered)[0-9A-F]*","Arn"\]/, '$1'],
  [/"Ref":"WorkflowStateMachine[0-9A-F]*"/, 'machine'],
  [/"Fn::GetAtt":\["WorkflowStateMachine[0-9A-F]*","Name"\]/, 'machine'],
];

function partOf(resource: unknown): string {
  let text = JSON.stringify(resource);
  for (const [pattern, part] of PARTS) text = text.replace(new RegExp(`{${pattern.source}}`, 'g'), `<${part}>`);
  const pieces = [...text.matchAll(/<[^>]+>|"[^"]*"/g)].map(([piece]) => piece.slice(1, -1));
  const joined = pieces.filter((piece) => !['Fn::Join', '', 'Ref', 'arn:', 'AWS::Partition'].includes(piece)).join('');
  if (joined.includes('event-bus/default')) return 'bus';
  if (joined.includes(':execution:machine:*')) return 'executions';
  if (joined.includes('identity/*')) return 'identity/*';
  if (joined.includes(':configuration-set/MailReportsSet')) return 'configuration set';
  const name = joined.replace(/^(Extract|Simulate|Forecast)/, (stage) => stage.toLowerCase());
  return name;
}

function permissionsOf(resources: Resources): Readonly<Partial<Record<string, string[]>>> {
  const byRole = new Map<string, string[]>();
  for (const [id, { Properties }] of ofType(resources, 'AWS::IAM::Policy')) {
    const role = id.replace(/(ServiceRole|Role)DefaultPolicy[0-9A-F]*$/, '');
    const { Statement } = Properties['PolicyDocument'] as { Statement: readonly Statement[] };
    for (const { Action, Resource, Condition, Effect } of Statement) {
      expect(Effect).toBe('Allow');
      const when = Condition ? ' if from the sender' : '';
      for (const action of [Action].flat())
        for (const resource of Array.isArray(Resource) ? Resource : [Resource])
          byRole.set(role, [...(byRole.get(role) ?? []), `${action} ${partOf(resource)}${when}`]);
    }
  }
  return Object.fromEntries(byRole);
}

const unique = (list: readonly string[]) => [...new Set(list)].sort();

describe('permissions', () => {
  const allowed = permissionsOf(resourcesOf());

  it.each(Object.keys(ALLOWED))('%s may do what it does, and nothing else', (role) => {
    expect(unique(allowed[role] ?? [])).toEqual(unique(ALLOWED[role]));
  });

  it('no other role but those of the schedules is allowed anything', () => {
    const others = Object.keys(allowed).filter((role) => !Object.hasOwn(ALLOWED, role));
    for (const role of others) {
      expect(role).toMatch(/^(SchedulerRoleForTarget|SweeperSchedule)/);
      for (const permission of allowed[role] ?? [])
        expect(permission).toMatch(
          /^(states:StartExecution machine|sqs:SendMessage Undelivered|lambda:InvokeFunction Sweeper(:\*)?)$/,
        );
    }
    expect(others).toHaveLength(2);
  });

  it('the answers of a Distributed Map go to its children too, and to nothing else', () => {
    const distributed = permissionsOf(resourcesOf('dev', { 'larder:mapMode': 'distributed' }));
    const answers = distributed['SiteForecast']?.filter((permission) => permission.startsWith('states:SendTask'));
    const actions = ['SendTaskFailure', 'SendTaskHeartbeat', 'SendTaskSuccess'];
    const each = (action: string) => [`states:${action} machine`, `states:${action} machine/*`];
    expect(unique(answers ?? [])).toEqual(unique(actions.flatMap(each)));
  });
});
