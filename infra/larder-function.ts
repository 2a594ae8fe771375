import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Architecture, Runtime, Tracing, type CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { BUNDLING } from './bundling';

const ROOT = join(__dirname, '..');

export interface LarderFunctionProps {
  /** The folder under functions/. */
  readonly folder: string;
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
}

/** A Lambda function of ours: one small bundle, its own log group, the newest Node on Graviton. */
export class LarderFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: LarderFunctionProps) {
    super(scope, id, {
      entry: join(ROOT, 'functions', props.folder, 'index.ts'),
      handler: 'handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      environment: { ...props.environment },
      tracing: Tracing.ACTIVE,
      logGroup: new LogGroup(scope, `${id}Logs`, {
        retention: props.logRetention,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      projectRoot: ROOT,
      awsSdkConnectionReuse: false,
      bundling: {
        ...BUNDLING,
        format: OutputFormat.CJS,
        mainFields: [...BUNDLING.mainFields],
        // The bundled SDK is the one that is tested, so none of the runtime's is used.
        externalModules: [],
        forceDockerBundling: false,
      },
    });
    // The local stack finds the function's code by this.
    (this.node.defaultChild as CfnFunction).addMetadata('larder:function', props.folder);
  }
}
