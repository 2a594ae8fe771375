import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { LarderFunction } from './functions/larder-function.ts';

/** The bucket's folders. */
export type Folder = 'inputs' | 'artifacts' | 'dead-letters' | 'published';

/** What outlives a run: the status table, and the bucket of inputs, artifacts and published files. */
export class Storage extends Construct {
  readonly table: TableV2;
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: { readonly retainData: boolean }) {
    super(scope, id);
    const { retainData } = props;
    const removalPolicy = retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.table = this.statusTable(retainData, removalPolicy);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      removalPolicy,
      // A bucket that holds anything cannot be deleted.
      autoDeleteObjects: !retainData,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
        { noncurrentVersionExpiration: Duration.days(90) },
        // A forecast is compared with the last one of its weeks: those lie no longer ahead than a horizon.
        { prefix: 'artifacts/', expiration: Duration.days(180) },
        { prefix: 'dead-letters/', expiration: Duration.days(180) },
        // What a Distributed Map's weeks answered; the status table has it as well.
        { prefix: 'map-runs/', expiration: Duration.days(30) },
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        "Only this stack's own roles read and write the bucket; CloudTrail data events record who did, where a company wants it, without a second bucket to guard.",
    });
  }

  private statusTable(retainData: boolean, removalPolicy: RemovalPolicy): TableV2 {
    const text = (name: string) => ({ name, type: AttributeType.STRING });
    // The second is sparse: only runs that have not ended carry its key.
    const indexes = [
      { indexName: 'runs-by-start', key: 'runsKey' },
      { indexName: 'unfinished', key: 'unfinishedKey' },
    ];
    return new TableV2(this, 'StatusTable', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      deletionProtection: retainData,
      removalPolicy,
      globalSecondaryIndexes: indexes.map(({ indexName, key }) => ({
        indexName,
        partitionKey: text(key),
        sortKey: text('startedAt'),
        projectionType: ProjectionType.ALL,
      })),
    });
  }

  /** Items by their key, each written on a condition. */
  allowItems(lambda: LarderFunction): void {
    lambda.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], this.table.tableArn);
  }

  /** All items of a run. */
  allowQuery(lambda: LarderFunction): void {
    lambda.allow(['dynamodb:Query'], this.table.tableArn);
  }

  /** The runs, by either index. */
  allowRuns(lambda: LarderFunction): void {
    const index = (name: string) => `${this.table.tableArn}/index/${name}`;
    lambda.allow(['dynamodb:Query'], index('runs-by-start'), index('unfinished'));
  }

  allowRead(lambda: LarderFunction, folder: Folder): void {
    this.allowObjects(lambda, 's3:GetObject', folder);
    // Without it S3 answers 403 for an optional file that is not there.
    lambda.allow(['s3:ListBucket'], this.bucket.bucketArn);
  }

  allowWrite(lambda: LarderFunction, folder: Folder): void {
    this.allowObjects(lambda, 's3:PutObject', folder);
  }

  private allowObjects(lambda: LarderFunction, action: string, folder: Folder): void {
    lambda.allow([action], this.bucket.arnForObjects(`${folder}/*`));
    const arn = Stack.of(this).resolve(this.bucket.bucketArn) as { 'Fn::GetAtt': [string, string] };
    lambda.acknowledge(
      `AwsSolutions-IAM5[Resource::<${arn['Fn::GetAtt'].join('.')}>/${folder}/*]`,
      `Objects under ${folder}/ are named by run, week and attempt: they cannot be listed beforehand.`,
    );
  }
}
