/** Who is outside the stack's own roles gets nothing by any resource's own policy. */
import { ofType, resourcesOf, type Resources } from './template.ts';

const stages = [
  ['dev', {}],
  ['prod', {}],
] as const;

/** The statements of every resource's own policy. */
function policies(resources: Resources): { id: string; Effect: string; Action: unknown; Principal: unknown }[] {
  return ['AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy'].flatMap((type) =>
    ofType(resources, type).flatMap(([id, { Properties }]) => {
      const { Statement } = Properties['PolicyDocument'] as {
        Statement: { Effect: string; Action: unknown; Principal: unknown }[];
      };
      return Statement.map((statement) => ({ id, ...statement }));
    }),
  );
}

describe.each(stages)('in %s', (stage) => {
  const resources = resourcesOf(stage);

  it('no queue, bucket or topic lets in an account or the public by its own policy', () => {
    const statements = policies(resources);
    const queues = ofType(resources, 'AWS::SQS::Queue').length;
    // Each denies what is not encrypted on its way.
    expect(statements.filter(({ Effect }) => Effect === 'Deny').length).toBeGreaterThanOrEqual(queues + 2);
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    for (const { Principal } of allowed)
      expect(JSON.stringify(Principal)).toMatch(/Service|CustomResourceProvider|CustomS3AutoDelete/);
  });

  it('the bucket blocks public access, and no function has an address of its own', () => {
    const buckets = ofType(resources, 'AWS::S3::Bucket');
    expect(buckets.length).toBeGreaterThan(0);
    for (const [, { Properties }] of buckets) {
      expect(Properties['PublicAccessBlockConfiguration']).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
    expect(ofType(resources, 'AWS::Lambda::Url')).toEqual([]);
    for (const [, { Properties }] of ofType(resources, 'AWS::Lambda::Permission'))
      expect(String(Properties['Principal'])).toMatch(/\.amazonaws\.com$/);
  });
});
