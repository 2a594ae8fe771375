/** The status table on DynamoDB, or on any engine that speaks its API. */
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table, TableItem } from '../pipeline/ports.ts';

const INDEXES = {
  all: { IndexName: 'runs-by-start', key: 'runsKey', value: 'RUNS' },
  unfinished: { IndexName: 'unfinished', key: 'unfinishedKey', value: 'UNFINISHED' },
} as const;

export class DynamoTable implements Table {
  private readonly documents: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly tableName: string,
  ) {
    this.documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  }

  async get(pk: string, sk: string): Promise<TableItem | undefined> {
    const answer = await this.documents.send(
      new GetCommand({ TableName: this.tableName, Key: { pk, sk }, ConsistentRead: true }),
    );
    return answer.Item as TableItem | undefined;
  }

  async put(item: TableItem, expectedVersion: number): Promise<boolean> {
    const condition =
      expectedVersion === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: '#version = :expected',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':expected': expectedVersion },
          };
    try {
      await this.documents.send(
        new PutCommand({ TableName: this.tableName, Item: { ...item, version: expectedVersion + 1 }, ...condition }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  query(pk: string, skPrefix: string): Promise<TableItem[]> {
    return this.pages({
      TableName: this.tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': skPrefix },
      ConsistentRead: true,
    });
  }

  runs(filter: 'all' | 'unfinished', limit: number): Promise<TableItem[]> {
    const { IndexName, key, value } = INDEXES[filter];
    return this.pages(
      {
        TableName: this.tableName,
        IndexName,
        KeyConditionExpression: '#key = :value',
        ExpressionAttributeNames: { '#key': key },
        ExpressionAttributeValues: { ':value': value },
        ScanIndexForward: false,
      },
      limit,
    );
  }

  private async pages(query: ConstructorParameters<typeof QueryCommand>[0], limit?: number): Promise<TableItem[]> {
    const items: TableItem[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await this.documents.send(
        new QueryCommand({
          ...query,
          ...(start ? { ExclusiveStartKey: start } : {}),
          // What is asked for is what is read, and paid for.
          ...(limit === undefined ? {} : { Limit: limit - items.length }),
        }),
      );
      items.push(...((page.Items ?? []) as TableItem[]));
      start = page.LastEvaluatedKey;
    } while (start && items.length !== limit);
    return items;
  }
}
