import { RemovalPolicy } from 'aws-cdk-lib/core';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** What outlives a run: the status table, and the bucket of inputs, artifacts and published files. */
export class Storage extends Construct {
  readonly table: TableV2;
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: { readonly retainData: boolean }) {
    super(scope, id);
    const removalPolicy = props.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const text = (name: string) => ({ name, type: AttributeType.STRING });
    this.table = new TableV2(this, 'StatusTable', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      deletionProtection: props.retainData,
      removalPolicy,
      globalSecondaryIndexes: [
        {
          indexName: 'runs-by-start',
          partitionKey: text('runsKey'),
          sortKey: text('startedAt'),
          projectionType: ProjectionType.ALL,
        },
        {
          // Sparse: only runs that have not ended carry the key.
          indexName: 'unfinished',
          partitionKey: text('unfinishedKey'),
          sortKey: text('startedAt'),
          projectionType: ProjectionType.ALL,
        },
      ],
    });
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      removalPolicy,
    });
  }
}
