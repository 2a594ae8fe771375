import { join } from 'node:path';
import { RemovalPolicy, Validations, type Duration } from 'aws-cdk-lib/core';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, Tracing, type CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { BUNDLING } from './bundling.ts';
import { ROOT } from '../root.ts';

export interface LarderFunctionProps {
  /** The folder under functions/. */
  readonly folder: string;
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  /** Executions of the account's that are set aside for it, and that it cannot exceed. */
  readonly reservedConcurrency: number | undefined;
}

/** Findings of cdk-nag on every function that stand, each with its reason. */
const FINDINGS = [
  ['AwsSolutions-IAM5[Resource::*]', 'X-Ray: PutTraceSegments and PutTelemetryRecords know no resources.'],
  [
    'Serverless-LambdaDLQ',
    'Its callers keep what fails: the state machine, a queue with its own dead letters, or a schedule that asks again.',
  ],
  [
    'Serverless-LambdaEventSourceMappingDestination',
    'A queue source has none: what fails comes back, and in the end goes to the dead-letter queue.',
  ],
  [
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    "AWS's own policy for writing logs; all it allows is to create and write log streams.",
  ],
] as const;

/** A Lambda function of ours: one small bundle, its own log group, the newest Node on Graviton. */
export class LarderFunction extends NodejsFunction {
  /** Its time-out. */
  readonly maxDuration: Duration;
  private readonly acknowledged = new Set<string>();

  constructor(scope: Construct, id: string, props: LarderFunctionProps) {
    const { reservedConcurrency } = props;
    super(scope, id, {
      entry: join(ROOT, 'functions', props.folder, 'index.ts'),
      handler: 'handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      environment: { ...props.environment },
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup: new LogGroup(scope, `${id}Logs`, {
        retention: props.logRetention,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      projectRoot: ROOT,
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.CJS,
        mainFields: [...BUNDLING.mainFields],
        minify: BUNDLING.minify,
        target: BUNDLING.target,
        esbuildArgs: Object.fromEntries(Object.entries(BUNDLING.alias).map(([from, to]) => [`--alias:${from}`, to])),
        define: BUNDLING.define,
        // The bundled SDK is the one that is tested, so none of the runtime's is used.
        externalModules: [...BUNDLING.external],
        forceDockerBundling: false,
      },
    });
    this.maxDuration = props.timeout;
    // The local stack finds the function's code by this.
    (this.node.defaultChild as CfnFunction).addMetadata('larder:function', props.folder);
    for (const [id, reason] of FINDINGS) this.acknowledge(id, reason);
  }

  /** The only way in which a function of ours is allowed anything: whole action names, whole resources. */
  allow(actions: readonly string[], ...resources: readonly string[]): void {
    this.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  /** A finding of cdk-nag that stands, with the reason; said once. */
  acknowledge(id: string, reason: string): void {
    if (this.acknowledged.has(id)) return;
    this.acknowledged.add(id);
    Validations.of(this).acknowledge({ id, reason });
  }
}
