/**
 * The values of a CloudFormation template, with local names in the place of what a deployment would give:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
import { isObject } from '../is-object.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'local';

/** The template uses something that the local stack does not understand. */
export class UnsupportedTemplate extends Error {
  override readonly name = 'UnsupportedTemplate';
}

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/local/local`,
  'AWS::StackName': 'local',
  'AWS::URLSuffix': 'localhost',
};

export class TemplateValues {
  readonly resources: ReadonlyMap<string, Resource>;
  private readonly parameters: Readonly<Record<string, unknown>>;

  /** @param template the JSON value of a synthesized template */
  constructor(template: unknown) {
    if (!isObject(template) || !isObject(template.Resources)) {
      throw new UnsupportedTemplate('The template has no Resources.');
    }
    this.parameters = isObject(template.Parameters) ? template.Parameters : {};
    this.resources = new Map(
      Object.entries(template.Resources).map(([logicalId, value]) => [logicalId, resource(logicalId, value)]),
    );
  }

  ofType(...types: string[]): Resource[] {
    return [...this.resources.values()].filter(({ type }) => types.includes(type));
  }

  /**
   * The value with every function in it resolved.
   * @param at where the value stands, for the error
   * @throws UnsupportedTemplate for a function that is not known
   */
  resolve(value: unknown, at: string): unknown {
    if (Array.isArray(value)) {
      return value.map((item) => this.resolve(item, at)).filter((item) => item !== undefined);
    }
    if (!isObject(value)) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? ['', undefined];
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) return this.call(name, argument, at);
    return Object.fromEntries(
      entries
        .map(([key, item]) => [key, this.resolve(item, `${at}.${key}`)] as const)
        .filter(([, item]) => item !== undefined),
    );
  }

  private call(name: string, argument: unknown, at: string): unknown {
    switch (name) {
      case 'Ref':
        return this.ref(String(argument), at);
      case 'Fn::GetAtt': {
        const [logicalId, ...attribute] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
        return this.attribute(logicalId, attribute.join('.'), at);
      }
      case 'Fn::Join': {
        const [separator, parts] = Array.isArray(argument) ? (argument as unknown[]) : [];
        const resolved = this.resolve(parts, at);
        if (!Array.isArray(resolved)) throw new UnsupportedTemplate(`${at}: Fn::Join needs a list.`);
        return resolved.map((part) => text(part, at)).join(text(separator, at));
      }
      case 'Fn::Sub':
        return this.substitute(argument, at);
      default:
        throw new UnsupportedTemplate(`${at}: ${name} is not supported by the local stack.`);
    }
  }

  /** @returns undefined for AWS::NoValue, which takes its field away */
  private ref(name: string, at: string): string | undefined {
    if (name === 'AWS::NoValue') return undefined;
    if (Object.hasOwn(PSEUDO_PARAMETERS, name)) return PSEUDO_PARAMETERS[name];
    const resource = this.resources.get(name);
    if (resource) return refOf(resource);
    const parameter = this.parameters[name];
    if (isObject(parameter) && parameter.Default !== undefined) return text(parameter.Default, at);
    throw new UnsupportedTemplate(`${at}: there is nothing local for the reference "${name}".`);
  }

  private attribute(logicalId: string, attribute: string, at: string): string {
    const resource = this.resources.get(logicalId);
    if (!resource) throw new UnsupportedTemplate(`${at}: there is no resource "${logicalId}".`);
    if (attribute === 'Arn') return arnOf(resource);
    if (attribute === 'QueueUrl') return queueUrl(logicalId);
    return attribute.endsWith('Name') ? logicalId : `${logicalId}.${attribute}`;
  }

  private substitute(argument: unknown, at: string): string {
    const [template, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
    return text(template, at).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (isObject(variables) && Object.hasOwn(variables, name)) return text(this.resolve(variables[name], at), at);
      const [logicalId, ...attribute] = name.split('.');
      if (attribute.length > 0) return this.attribute(logicalId, attribute.join('.'), at);
      return text(this.ref(name, at), at);
    });
  }
}

function resource(logicalId: string, value: unknown): Resource {
  if (!isObject(value) || typeof value.Type !== 'string') {
    throw new UnsupportedTemplate(`${logicalId}: the resource has no type.`);
  }
  return {
    logicalId,
    type: value.Type,
    properties: isObject(value.Properties) ? value.Properties : {},
    metadata: isObject(value.Metadata) ? value.Metadata : {},
  };
}

/** A URL that nothing listens at: the local stack knows its queues by it. */
export function queueUrl(logicalId: string): string {
  return `https://sqs.local/${ACCOUNT}/${logicalId}`;
}

/** What Ref gives: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ */
function refOf(resource: Resource): string {
  if (resource.type === 'AWS::SQS::Queue') return queueUrl(resource.logicalId);
  if (resource.type === 'AWS::StepFunctions::StateMachine') return arnOf(resource);
  return resource.logicalId;
}

export function arnOf({ type, logicalId }: Resource): string {
  const arn = (service: string, name: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;
  switch (type) {
    case 'AWS::SQS::Queue':
      return arn('sqs', logicalId);
    case 'AWS::Lambda::Function':
      return arn('lambda', `function:${logicalId}`);
    case 'AWS::StepFunctions::StateMachine':
      return arn('states', `stateMachine:${logicalId}`);
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable':
      return arn('dynamodb', `table/${logicalId}`);
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${logicalId}`;
    default:
      return arn(type.split('::')[1]?.toLowerCase() ?? 'unknown', logicalId);
  }
}

function text(value: unknown, at: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new UnsupportedTemplate(`${at}: expected a text.`);
}
