/**
 * Reads out of a synthesized CloudFormation template what the local stack runs: the state machine, the
 * queues, the functions, what feeds them, and the tables. There is no second description of the workflow.
 */
import { isObject } from '../is-object.ts';
import type { EventSourceOptions } from '../aws/event-source.ts';
import type { QueueSettings } from '../aws/queues.ts';
import { arnOf, queueUrl, TemplateValues, UnsupportedTemplate, type Resource } from './template-values.ts';

export { UnsupportedTemplate } from './template-values.ts';

/** The metadata that names a function's folder in functions/. */
export const FUNCTION_METADATA = 'larder:function';

export interface FunctionDeclaration {
  readonly logicalId: string;
  readonly arn: string;
  /** The folder in functions/. */
  readonly folder: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
}

export interface QueueDeclaration extends QueueSettings {
  readonly logicalId: string;
}

export interface EventSourceDeclaration extends EventSourceOptions {
  readonly logicalId: string;
  readonly queueArn: string;
  /** The logical id of the function. */
  readonly functionId: string;
}

export interface KeyDeclaration {
  readonly attribute: string;
  readonly role: 'HASH' | 'RANGE';
}

export interface IndexDeclaration {
  readonly name: string;
  readonly keys: readonly KeyDeclaration[];
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  /** Of an INCLUDE projection. */
  readonly nonKeyAttributes: readonly string[];
}

export interface TableDeclaration {
  readonly logicalId: string;
  /** What Ref gives: the name under which the table is made here. */
  readonly name: string;
  readonly keys: readonly KeyDeclaration[];
  /** Types of the key attributes. */
  readonly attributes: Readonly<Record<string, 'S' | 'N' | 'B'>>;
  readonly indexes: readonly IndexDeclaration[];
  readonly ttlAttribute: string | undefined;
}

export interface LocalTemplate {
  readonly stateMachine: { readonly logicalId: string; readonly arn: string; readonly definition: unknown };
  readonly queues: readonly QueueDeclaration[];
  readonly functions: readonly FunctionDeclaration[];
  readonly eventSources: readonly EventSourceDeclaration[];
  readonly tables: readonly TableDeclaration[];
}

/** Of the services that carry the workflow, the resources that are run, and those that make no difference here. */
const WORKFLOW_SERVICES = /^AWS::(SQS|Lambda|StepFunctions|DynamoDB|Pipes|CloudFormation|Serverless)::/;
const KNOWN = new Set([
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::SQS::QueueInlinePolicy',
  'AWS::Lambda::Function',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Permission',
  'AWS::StepFunctions::StateMachine',
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
]);

/**
 * @param template the JSON value of a template that CDK has synthesized
 * @throws UnsupportedTemplate that names the first thing that cannot be run here
 */
export function readTemplate(template: unknown): LocalTemplate {
  const values = new TemplateValues(template);
  for (const { logicalId, type } of values.resources.values()) {
    if (WORKFLOW_SERVICES.test(type) && !KNOWN.has(type)) {
      throw new UnsupportedTemplate(`${logicalId}: ${type} is not supported by the local stack.`);
    }
  }
  const functions = values
    .ofType('AWS::Lambda::Function')
    .filter(({ metadata }) => typeof metadata[FUNCTION_METADATA] === 'string')
    .map((resource) => readFunction(values, resource));
  return {
    stateMachine: readStateMachine(values),
    queues: values.ofType('AWS::SQS::Queue').map((resource) => readQueue(values, resource)),
    functions,
    eventSources: values
      .ofType('AWS::Lambda::EventSourceMapping')
      .map((resource) => readEventSource(values, resource, functions)),
    tables: values
      .ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')
      .map((resource) => readTable(values, resource)),
  };
}

/** Reads the properties of one resource; an error says which. */
class Properties {
  private readonly object: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    private readonly at: string,
  ) {
    this.object = isObject(value) ? value : {};
  }

  static of(values: TemplateValues, { logicalId, properties }: Resource, ...names: string[]): Properties {
    const used = Object.fromEntries(names.filter((name) => name in properties).map((name) => [name, properties[name]]));
    return new Properties(values.resolve(used, logicalId), logicalId);
  }

  refuse(name: string): UnsupportedTemplate {
    return new UnsupportedTemplate(`${this.at}: ${name} is not supported by the local stack.`);
  }

  string(name: string): string {
    const value = this.object[name];
    if (typeof value !== 'string') throw new UnsupportedTemplate(`${this.at}: ${name} is no text.`);
    return value;
  }

  number(name: string, otherwise: number): number {
    const value = Number(this.object[name] ?? otherwise);
    if (!Number.isFinite(value)) throw new UnsupportedTemplate(`${this.at}: ${name} is no number.`);
    return value;
  }

  has(name: string): boolean {
    return this.object[name] !== undefined;
  }

  raw(name: string): unknown {
    return this.object[name];
  }

  child(name: string): Properties {
    return new Properties(this.object[name], `${this.at}.${name}`);
  }

  list(name: string): Properties[] {
    const value = this.object[name] ?? [];
    if (!Array.isArray(value)) throw new UnsupportedTemplate(`${this.at}: ${name} is no list.`);
    return value.map((item) => new Properties(item, `${this.at}.${name}`));
  }
}

function readStateMachine(values: TemplateValues): LocalTemplate['stateMachine'] {
  const machines = values.ofType('AWS::StepFunctions::StateMachine');
  const [machine] = machines;
  if (machines.length !== 1) throw new UnsupportedTemplate(`Expected 1 state machine, found ${machines.length}.`);
  const names = [
    'DefinitionString',
    'StateMachineType',
    'DefinitionSubstitutions',
    'DefinitionS3Location',
    'Definition',
  ];
  const properties = Properties.of(values, machine, ...names);
  for (const name of names.slice(2)) if (properties.has(name)) throw properties.refuse(name);
  const type = properties.raw('StateMachineType') ?? 'STANDARD';
  if (type !== 'STANDARD') throw properties.refuse(`StateMachineType ${JSON.stringify(type)}`);
  const definition: unknown = JSON.parse(properties.string('DefinitionString'));
  return { logicalId: machine.logicalId, arn: arnOf(machine), definition };
}

function readQueue(values: TemplateValues, resource: Resource): QueueDeclaration {
  const names = ['VisibilityTimeout', 'DelaySeconds', 'RedrivePolicy', 'FifoQueue'];
  const properties = Properties.of(values, resource, ...names);
  if (properties.raw('FifoQueue') === true) throw properties.refuse('FifoQueue');
  const redrive = properties.child('RedrivePolicy');
  return {
    logicalId: resource.logicalId,
    name: resource.logicalId,
    url: queueUrl(resource.logicalId),
    arn: arnOf(resource),
    visibilitySeconds: properties.number('VisibilityTimeout', 30),
    delaySeconds: properties.number('DelaySeconds', 0),
    ...(properties.has('RedrivePolicy')
      ? {
          redrive: {
            deadLetterArn: redrive.string('deadLetterTargetArn'),
            maxReceiveCount: redrive.number('maxReceiveCount', 10),
          },
        }
      : {}),
  };
}

function readFunction(values: TemplateValues, resource: Resource): FunctionDeclaration {
  const properties = Properties.of(values, resource, 'Timeout', 'MemorySize', 'Environment');
  const variables = properties.child('Environment').raw('Variables');
  return {
    logicalId: resource.logicalId,
    arn: arnOf(resource),
    folder: String(resource.metadata[FUNCTION_METADATA]),
    timeoutSeconds: properties.number('Timeout', 3),
    memoryMb: properties.number('MemorySize', 128),
    environment: Object.fromEntries(
      Object.entries(isObject(variables) ? variables : {}).map(([name, value]) => [name, String(value)]),
    ),
  };
}

function readEventSource(
  values: TemplateValues,
  resource: Resource,
  functions: readonly FunctionDeclaration[],
): EventSourceDeclaration {
  const refused = ['FilterCriteria', 'ProvisionedPollerConfig', 'MaximumBatchingWindowInSeconds'];
  const names = ['EventSourceArn', 'FunctionName', 'BatchSize', 'ScalingConfig', 'FunctionResponseTypes', 'Enabled'];
  const properties = Properties.of(values, resource, ...names, ...refused);
  for (const name of refused) if (properties.has(name) && properties.raw(name) !== 0) throw properties.refuse(name);
  if (properties.raw('Enabled') === false) throw properties.refuse('Enabled: false');
  const target = properties.string('FunctionName');
  const fed = functions.find(({ logicalId, arn }) => target === logicalId || target === arn);
  if (!fed) throw properties.refuse(`a function without the metadata "${FUNCTION_METADATA}" (${target})`);
  const queueArn = properties.string('EventSourceArn');
  if (!values.ofType('AWS::SQS::Queue').some((queue) => arnOf(queue) === queueArn)) {
    throw properties.refuse(`the event source ${queueArn}`);
  }
  const concurrency = properties.child('ScalingConfig').number('MaximumConcurrency', 1000);
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
  if (concurrency < 2 || concurrency > 1000) throw properties.refuse(`MaximumConcurrency ${concurrency}`);
  const responses = properties.raw('FunctionResponseTypes');
  return {
    logicalId: resource.logicalId,
    queueArn,
    functionId: fed.logicalId,
    batchSize: properties.number('BatchSize', 10),
    maxConcurrency: concurrency,
    reportBatchItemFailures: Array.isArray(responses) && responses.includes('ReportBatchItemFailures'),
  };
}

function readTable(values: TemplateValues, resource: Resource): TableDeclaration {
  const names = ['KeySchema', 'AttributeDefinitions', 'GlobalSecondaryIndexes', 'TimeToLiveSpecification'];
  const properties = Properties.of(values, resource, ...names, 'LocalSecondaryIndexes');
  if (properties.list('LocalSecondaryIndexes').length > 0) throw properties.refuse('LocalSecondaryIndexes');
  const ttl = properties.child('TimeToLiveSpecification');
  return {
    logicalId: resource.logicalId,
    name: resource.logicalId,
    keys: readKeys(properties),
    attributes: Object.fromEntries(
      properties
        .list('AttributeDefinitions')
        .map((attribute) => [
          attribute.string('AttributeName'),
          oneOf(attribute, 'AttributeType', ['S', 'N', 'B'] as const),
        ]),
    ),
    indexes: properties.list('GlobalSecondaryIndexes').map((index) => {
      const projection = index.child('Projection');
      return {
        name: index.string('IndexName'),
        keys: readKeys(index),
        projection: oneOf(projection, 'ProjectionType', ['ALL', 'KEYS_ONLY', 'INCLUDE'] as const),
        nonKeyAttributes: ((projection.raw('NonKeyAttributes') as unknown[] | undefined) ?? []).map(String),
      };
    }),
    ttlAttribute: ttl.raw('Enabled') === true ? ttl.string('AttributeName') : undefined,
  };
}

function readKeys(properties: Properties): KeyDeclaration[] {
  return properties.list('KeySchema').map((key) => ({
    attribute: key.string('AttributeName'),
    role: oneOf(key, 'KeyType', ['HASH', 'RANGE'] as const),
  }));
}

function oneOf<T extends string>(properties: Properties, name: string, allowed: readonly T[]): T {
  const value = properties.string(name);
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw properties.refuse(`${name} ${value}`);
  return found;
}
