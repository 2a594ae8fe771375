import { App, Duration, Fn, Stack, type CfnElement } from 'aws-cdk-lib';
import { AttributeType, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
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
import { LambdaInvoke, SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { parseDefinition } from '../../../../tools/local/asl/index.ts';
import { readTemplate } from '../../../../tools/local/cloudformation/template.ts';

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: object }>;
}

/** A small stack with one of everything. */
function synthesize(): Template {
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
      WHERE: Fn.sub(`\${AWS::Region}/\${${stack.getLogicalId(dead.node.defaultChild as CfnElement)}.Arn}`),
    },
  });
  (worker.node.defaultChild as CfnFunction).addMetadata('larder:function', 'order-simulator');
  worker.addEventSource(new SqsEventSource(work, { batchSize: 1, maxConcurrency: 5, reportBatchItemFailures: true }));
  machineOn(stack, work, worker);
  return app.synth().getStackByName('Test').template as Template;
}

function machineOn(stack: Stack, work: Queue, worker: LambdaFunction): void {
  const send = new SqsSendMessage(stack, 'Send', {
    queue: work,
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    messageBody: TaskInput.fromObject({ taskToken: JsonPath.taskToken, week: JsonPath.stringAt('$.week') }),
    taskTimeout: Timeout.duration(Duration.hours(1)),
    heartbeatTimeout: Timeout.duration(Duration.minutes(10)),
  });
  const configure = new LambdaInvoke(stack, 'Configure', {
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

const synthesized = synthesize();

const startingWith = (id: string) => expect.stringMatching(new RegExp(`^${id}`)) as string;

test('what CDK synthesizes is read, and its definition is one that runs here', () => {
  const template = readTemplate(synthesized);
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
      memoryMb: 128,
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
  const weeks = definition.states.get('Weeks');
  expect(JSON.stringify(weeks?.type === 'Map' && [...weeks.processor.states.values()])).toContain(queue('Work')?.url);
});

test('the table is read with its keys, indexes and TTL', () => {
  expect(readTemplate(synthesized).tables).toEqual([
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
  expect(readTemplate(synthesized)).toEqual(readTemplate(synthesized));
});

const variable = (value: unknown) => (template: Template) => {
  const worker = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::Function');
  Object.assign(worker?.Properties ?? {}, { Environment: { Variables: { X: value } } });
};
const extra = (resource: Template['Resources'][string]) => (template: Template) => {
  template.Resources.Odd = resource;
};

const refusals: [what: string, change: (template: Template) => void, message: string][] = [
  ['a FIFO queue', extra({ Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } }), 'FifoQueue is not supported'],
  ['a second state machine', extra({ Type: 'AWS::StepFunctions::StateMachine', Properties: {} }), 'found 2'],
  ['an unknown reference', variable({ Ref: 'Given' }), 'nothing local for the reference "Given"'],
  ['an unknown function of CloudFormation', variable({ 'Fn::If': ['A', 1, 2] }), 'Fn::If is not supported'],
  [
    'a resource that carries the workflow',
    extra({ Type: 'AWS::CloudFormation::Stack', Properties: {} }),
    'AWS::CloudFormation::Stack is not supported',
  ],
];

test.each(refusals)('%s is refused', (_, change, message) => {
  const template = structuredClone(synthesized);
  change(template);
  expect(() => readTemplate(template)).toThrow(message);
});
