import {
  App,
  CfnParameter,
  CfnWaitConditionHandle,
  Duration,
  Fn,
  Stack,
  aws_stepfunctions_tasks as tasks,
} from 'aws-cdk-lib';
import { AttributeType, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  DefinitionBody,
  IntegrationPattern,
  JsonPath,
  Map as MapState,
  StateMachine,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { parseDefinition } from '../../../tools/local/asl';
import { readTemplate } from '../../../tools/local/template';

/** A small stack with one of everything; `change` may add to it. */
function synthesize(change: (stack: Stack, worker: LambdaFunction) => void = () => undefined): unknown {
  const app = new App();
  const stack = new Stack(app, 'Test');
  const dead = new Queue(stack, 'Dead');
  const work = new Queue(stack, 'Work', {
    visibilityTimeout: Duration.minutes(6),
    deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
  });
  const table = new TableV2(stack, 'Status', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expires',
    globalSecondaryIndexes: [
      {
        indexName: 'runs-by-start',
        partitionKey: { name: 'runsKey', type: AttributeType.STRING },
        sortKey: { name: 'startedAt', type: AttributeType.NUMBER },
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: ['status'],
      },
    ],
  });
  const worker = new LambdaFunction(stack, 'Worker', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => {}'),
    timeout: Duration.seconds(60),
    environment: {
      TABLE_NAME: table.tableName,
      QUEUE_URL: work.queueUrl,
      WHERE: Fn.sub('${AWS::Region}/${Dead.Arn}', {}),
    },
  });
  (worker.node.defaultChild as CfnFunction).addMetadata('larder:function', 'order-simulator');
  worker.addEventSource(
    new SqsEventSource(work, { batchSize: 1, maxConcurrency: 5, reportBatchItemFailures: true }),
  );
  machineOn(stack, work, worker);
  change(stack, worker);
  return app.synth().getStackByName('Test').template as unknown;
}

function machineOn(stack: Stack, work: Queue, worker: LambdaFunction): void {
  const send = new tasks.SqsSendMessage(stack, 'Send', {
    queue: work,
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    messageBody: TaskInput.fromObject({ taskToken: JsonPath.taskToken, week: JsonPath.stringAt('$.week') }),
    taskTimeout: Timeout.duration(Duration.hours(1)),
    heartbeatTimeout: Timeout.duration(Duration.minutes(10)),
  });
  const configure = new tasks.LambdaInvoke(stack, 'Configure', {
    lambdaFunction: worker,
    outputPath: '$.Payload',
  });
  const weeks = new MapState(stack, 'Weeks', {
    itemsPath: '$.weeks',
    itemSelector: { 'week.$': '$$.Map.Item.Value' },
    maxConcurrency: 40,
  });
  weeks.itemProcessor(send);
  new StateMachine(stack, 'Machine', { definitionBody: DefinitionBody.fromChainable(configure.next(weeks)) });
}

const startingWith = (id: string) => expect.stringMatching(new RegExp(`^${id}`)) as string;

test('what CDK synthesizes is read, and its definition is one that runs here', () => {
  const template = readTemplate(synthesize());
  const definition = parseDefinition(template.stateMachine.definition);
  expect([...definition.states.keys()]).toEqual(['Configure', 'Weeks']);
  const queue = (id: string) => template.queues.find(({ logicalId }) => logicalId.startsWith(id));
  expect(queue('Work')).toMatchObject({
    visibilitySeconds: 360,
    delaySeconds: 0,
    redrive: { deadLetterArn: queue('Dead')?.arn, maxReceiveCount: 3 },
  });
  expect(template.functions).toEqual([
    {
      logicalId: startingWith('Worker'),
      arn: expect.stringContaining(':function:Worker') as string,
      folder: 'order-simulator',
      timeoutSeconds: 60,
      environment: {
        TABLE_NAME: template.tables[0].name,
        QUEUE_URL: queue('Work')?.url,
        WHERE: expect.stringMatching(/^local\/arn:aws:sqs:local:\d+:Dead/) as string,
      },
    },
  ]);
  expect(template.eventSources).toEqual([
    {
      logicalId: startingWith('Worker'),
      queueArn: queue('Work')?.arn,
      functionId: template.functions[0].logicalId,
      batchSize: 1,
      maxConcurrency: 5,
      reportBatchItemFailures: true,
    },
  ]);
  const [weeks] = [definition.states.get('Weeks')];
  expect(JSON.stringify(weeks?.type === 'Map' && [...weeks.processor.states.values()])).toContain(
    queue('Work')?.url,
  );
});

test('the table is read with its keys, indexes and TTL', () => {
  expect(readTemplate(synthesize()).tables).toEqual([
    {
      logicalId: startingWith('Status'),
      name: startingWith('Status'),
      keys: [
        { attribute: 'pk', role: 'HASH' },
        { attribute: 'sk', role: 'RANGE' },
      ],
      attributes: { pk: 'S', sk: 'S', runsKey: 'S', startedAt: 'N' },
      indexes: [
        {
          name: 'runs-by-start',
          keys: [
            { attribute: 'runsKey', role: 'HASH' },
            { attribute: 'startedAt', role: 'RANGE' },
          ],
          projection: 'INCLUDE',
          nonKeyAttributes: ['status'],
        },
      ],
      ttlAttribute: 'expires',
    },
  ]);
});

test('the same template gives the same names', () => {
  expect(readTemplate(synthesize())).toEqual(readTemplate(synthesize()));
});

const refusals: [what: string, change: Parameters<typeof synthesize>[0], message: string][] = [
  ['a FIFO queue', (stack) => void new Queue(stack, 'Odd', { fifo: true }), 'FifoQueue is not supported'],
  [
    'a parameter without a default',
    (stack, worker) => void worker.addEnvironment('X', new CfnParameter(stack, 'Given').valueAsString),
    'nothing local for the reference "Given"',
  ],
  [
    'an unknown function of CloudFormation',
    (stack, worker) => void worker.addEnvironment('X', Fn.select(0, Fn.split('-', stack.region))),
    'Fn::Select is not supported',
  ],
  [
    'a resource that carries the workflow',
    (stack) => void new CfnWaitConditionHandle(stack, 'Odd'),
    'AWS::CloudFormation::WaitConditionHandle is not supported',
  ],
];

test.each(refusals)('%s is refused', (_, change, message) => {
  expect(() => readTemplate(synthesize(change))).toThrow(message);
});
