/** The ports' contracts on AWS's API: the adapters that are deployed, against an emulator. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoTable } from '../../shared/aws/dynamo-table.ts';
import { S3Blobs } from '../../shared/aws/s3.ts';
import { SqsQueues } from '../../shared/aws/sqs-queues.ts';
import { StepFunctionsCallbacks, StepFunctionsExecutions } from '../../shared/aws/step-functions.ts';
import { byStage, STAGES, type Stage } from '../../shared/pipeline/stages.ts';
import { startMiniStack, type LocalCloud } from '../../tools/local-cloud/mini-stack.ts';
import { blobsContract } from '../shared/pipeline/ports/blobs.ts';
import { queuesContract } from '../shared/pipeline/ports/queues.ts';
import { tableContract } from '../shared/pipeline/ports/table.ts';
import { callbackDefinition, tasksContract } from '../shared/pipeline/ports/tasks.ts';

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startMiniStack();
}, 120_000);
afterAll(() => cloud.stop());

const settings = () => ({
  endpoint: cloud.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

async function queueUrl(sqs: SQSClient, QueueName: string): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
  return QueueUrl;
}

tableContract('on DynamoDB', async () => {
  const client = new DynamoDBClient(settings());
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  const index = (IndexName: string, key: string) => ({
    IndexName,
    KeySchema: keys(key, 'startedAt'),
    Projection: { ProjectionType: 'ALL' as const },
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'Contract',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'runsKey', 'unfinishedKey', 'startedAt'].map(text),
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [index('runs-by-start', 'runsKey'), index('unfinished', 'unfinishedKey')],
    }),
  );
  return new DynamoTable(client, 'Contract');
});

blobsContract('on S3', async () => {
  const client = new S3Client({ ...settings(), forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'contract' }));
  return new S3Blobs(client, 'contract', 'published/');
});

queuesContract('on SQS', async () => {
  const sqs = new SQSClient(settings());
  const made = await Promise.all(STAGES.map((stage) => queueUrl(sqs, stage)));
  const urls = byStage((stage) => made[STAGES.indexOf(stage)]);
  const receive = async (stage: Stage) => {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: urls[stage], MessageSystemAttributeNames: ['All'] }),
    );
    const message = Messages?.at(0);
    if (!message) return undefined;
    const { MessageId = '', Body = '', ReceiptHandle = '', Attributes = {} } = message;
    return {
      messageId: MessageId,
      body: Body,
      receipt: ReceiptHandle,
      sentAt: Number(Attributes.SentTimestamp),
      receiveCount: Number(Attributes.ApproximateReceiveCount),
    };
  };
  return { queues: new SqsQueues(sqs, urls), receive };
});

tasksContract('of Step Functions', async () => {
  const sqs = new SQSClient(settings());
  const sfn = new SFNClient(settings());
  const QueueUrl = await queueUrl(sqs, 'tokens');
  const { stateMachineArn = '' } = await sfn.send(
    new CreateStateMachineCommand({
      name: 'contract',
      definition: JSON.stringify(callbackDefinition(QueueUrl)),
      roleArn: 'arn:aws:iam::000000000000:role/contract',
    }),
  );
  const nextToken = async () => {
    for (;;) {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      const message = Messages?.at(0);
      if (!message) continue;
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      return (JSON.parse(message.Body ?? '') as { taskToken: string }).taskToken;
    }
  };
  return {
    callbacks: new StepFunctionsCallbacks(sfn),
    executions: new StepFunctionsExecutions(sfn, stateMachineArn),
    // MiniStack lets a task of a stopped execution be answered; it also ends it by its timeout alone, not its heartbeat.
    stopEndsTokens: false,
    nextToken,
  };
});
