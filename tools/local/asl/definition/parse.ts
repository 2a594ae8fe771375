/**
 * Reads a definition in Amazon States Language, and refuses by name whatever the local stack cannot run, or AWS would
 * not create: a workflow that half works here would prove nothing about the one on AWS.
 * https://states-language.net/spec.html
 */
import { isOperator, operandType, type Condition } from '../data/choice.ts';
import type {
  Catcher,
  ChoiceState,
  Definition,
  Fallible,
  FailState,
  MapState,
  Retrier,
  State,
  States,
  TaskState,
} from './definition.ts';
import { checkMachine, successors } from './check.ts';
import { UnsupportedDefinition } from '../errors.ts';
import { Fields } from './fields.ts';
import { toJson } from '../data/json.ts';

const RESOURCE = /^arn:[^:]+:states:[^:]*:[^:]*:(.+)$/;

/**
 * @param definition the JSON value of a DefinitionString
 * @throws {@link UnsupportedDefinition} that lists every state, field and expression that is not supported; where
 * all are, whatever else AWS would refuse
 */
export function parseDefinition(definition: unknown): Definition {
  const problems: string[] = [];
  const fields = new Fields(definition, 'Definition', problems);
  const timeoutSeconds = fields.seconds('TimeoutSeconds');
  const version = fields.optionalString('Version');
  if (version !== undefined && version !== '1.0') fields.problem(`version "${version}" is not supported`);
  onlyJsonPath(fields);
  const states = parseStates(fields, '', problems);
  fields.finish();
  // The states must be known before their ways can be walked.
  if (problems.length === 0) problems.push(...checkMachine(states));
  if (problems.length > 0) throw new UnsupportedDefinition(problems);
  return { ...states, timeoutSeconds };
}

function onlyJsonPath(fields: Fields): void {
  const language = fields.optionalString('QueryLanguage') ?? 'JSONPath';
  if (language !== 'JSONPath') fields.problem(`query language "${language}" is not supported by the local stack`);
}

function parseStates(fields: Fields, prefix: string, problems: string[]): States {
  const startAt = fields.string('StartAt');
  const raw = fields.child('States');
  const states = new Map<string, State>();
  for (const name of raw.keys()) {
    const at = `${prefix}States.${name}`;
    const state = parseState(new Fields(raw.raw(name), at, problems, prefix === '' ? [] : ['Map']), name, problems);
    if (state) states.set(name, state);
  }
  const names = new Set(raw.keys());
  if (names.size === 0) raw.problem('there must be at least one state');
  if (!names.has(startAt)) fields.problem(`StartAt names the state "${startAt}", which is not there`);
  for (const [name, state] of states) {
    for (const next of successors(state)) {
      if (!names.has(next)) problems.push(`${prefix}States.${name}: the next state "${next}" is not there`);
    }
  }
  return { startAt, states };
}

function parseState(fields: Fields, name: string, problems: string[]): State | undefined {
  const type = fields.string('Type');
  onlyJsonPath(fields);
  const state = ofType(fields, type, name, problems);
  if (state) fields.finish();
  else fields.problem(`state type "${type}" is not supported by the local stack`);
  return state;
}

function ofType(fields: Fields, type: string, name: string, problems: string[]): State | undefined {
  switch (type) {
    case 'Task':
      return parseTask(fields, name);
    case 'Map':
      return parseMap(fields, name, problems);
    case 'Choice':
      return parseChoice(fields, name);
    case 'Pass':
      return {
        type,
        ...inOut(fields, name),
        ...flow(fields),
        parameters: fields.optionalTemplate('Parameters'),
        result: fields.json('Result'),
        resultPath: fields.target('ResultPath'),
      };
    case 'Succeed':
      return { type, ...inOut(fields, name) };
    case 'Fail':
      return parseFail(fields, name);
    default:
      return undefined;
  }
}

function inOut(fields: Fields, name: string) {
  return { name, inputPath: fields.filter('InputPath'), outputPath: fields.filter('OutputPath') };
}

function flow(fields: Fields) {
  const next = fields.optionalString('Next');
  const end = fields.raw('End') === true;
  if ((next === undefined) !== end) fields.problem('expected either "Next" or "End": true');
  return { next };
}

function fallible(fields: Fields, name: string): Fallible {
  return {
    ...inOut(fields, name),
    ...flow(fields),
    resultPath: fields.target('ResultPath'),
    resultSelector: fields.optionalTemplate('ResultSelector'),
    retry: fields.list('Retry').map(parseRetrier),
    catch: fields.list('Catch').map(parseCatcher),
  };
}

function parseRetrier(fields: Fields): Retrier {
  const jitter = fields.optionalString('JitterStrategy') ?? 'NONE';
  if (jitter !== 'FULL' && jitter !== 'NONE') fields.problem(`jitter strategy "${jitter}" is not known`);
  const retrier = {
    errorEquals: fields.strings('ErrorEquals'),
    intervalSeconds: fields.whole('IntervalSeconds', 1, 1),
    maxAttempts: fields.whole('MaxAttempts', 3, 0),
    backoffRate: fields.number('BackoffRate', 2, 1),
    maxDelaySeconds: fields.whole('MaxDelaySeconds', Number.POSITIVE_INFINITY, 1),
    jitter: jitter === 'FULL',
  };
  if (retrier.maxDelaySeconds <= retrier.intervalSeconds) {
    fields.problem('MaxDelaySeconds must be greater than IntervalSeconds');
  }
  fields.finish();
  return retrier;
}

function parseCatcher(fields: Fields): Catcher {
  const catcher = {
    errorEquals: fields.strings('ErrorEquals'),
    next: fields.string('Next'),
    resultPath: fields.target('ResultPath'),
  };
  fields.finish();
  return catcher;
}

/** The parameters that each integration may have, and those that it must. */
const INTEGRATIONS = {
  'lambda:invoke': { required: ['FunctionName'], optional: ['Payload'] },
  'sqs:sendMessage.waitForTaskToken': { required: ['QueueUrl', 'MessageBody'], optional: ['MessageGroupId'] },
} as const;

function parseTask(fields: Fields, name: string): TaskState {
  const resource = fields.string('Resource');
  const integration = RESOURCE.exec(resource)?.[1] ?? '';
  const callback = integration === 'sqs:sendMessage.waitForTaskToken';
  const known = integration === 'lambda:invoke' || callback;
  if (known) checkParameters(fields.child('Parameters'), integration);
  else fields.problem(`resource "${resource}" is not supported by the local stack`);
  const state: TaskState = {
    type: 'Task',
    ...fallible(fields, name),
    integration: known ? integration : 'lambda:invoke',
    parameters: callback ? fields.template('Parameters', 'Task') : fields.template('Parameters'),
    timeoutSeconds: fields.seconds('TimeoutSeconds'),
    heartbeatSeconds: fields.seconds('HeartbeatSeconds'),
  };
  // https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html: the service refuses it too.
  if ((state.heartbeatSeconds ?? 0) >= (state.timeoutSeconds ?? Number.POSITIVE_INFINITY)) {
    fields.problem('HeartbeatSeconds must be smaller than TimeoutSeconds');
  }
  return state;
}

function checkParameters(parameters: Fields, integration: keyof typeof INTEGRATIONS): void {
  const { required, optional } = INTEGRATIONS[integration];
  for (const key of [...required, ...optional]) {
    const present = [key, `${key}.$`].filter((candidate) => parameters.has(candidate));
    present.forEach((candidate) => parameters.raw(candidate));
    if (present.length === 0 && (required as readonly string[]).includes(key))
      parameters.problem(`"${key}" is missing`);
  }
  parameters.finish();
}

function parseMap(fields: Fields, name: string, problems: string[]): MapState {
  const processor = fields.child('ItemProcessor');
  if (processor.has('ProcessorConfig')) {
    const config = processor.child('ProcessorConfig');
    const mode = config.optionalString('Mode') ?? 'INLINE';
    if (mode !== 'INLINE') config.problem(`mode "${mode}" is not supported by the local stack`);
    config.finish();
  }
  const state: MapState = {
    type: 'Map',
    ...fallible(fields, name),
    itemsPath: fields.has('ItemsPath') ? fields.path('ItemsPath') : { text: '$', context: false, steps: [] },
    itemSelector: fields.optionalTemplate('ItemSelector', 'Map'),
    maxConcurrency: fields.has('MaxConcurrencyPath')
      ? fields.path('MaxConcurrencyPath')
      : fields.whole('MaxConcurrency', 0, 0),
    processor: parseStates(processor, `${fields.at}.ItemProcessor.`, problems),
  };
  processor.finish();
  return state;
}

function parseChoice(fields: Fields, name: string): ChoiceState {
  return {
    type: 'Choice',
    ...inOut(fields, name),
    choices: fields.filledList('Choices').map((rule) => {
      const next = rule.string('Next');
      const condition = parseCondition(rule);
      rule.finish();
      return { condition, next };
    }),
    default: fields.optionalString('Default'),
  };
}

function parseCondition(fields: Fields): Condition {
  if (fields.has('And')) return { kind: 'and', all: parts(fields, 'And') };
  if (fields.has('Or')) return { kind: 'or', all: parts(fields, 'Or') };
  if (fields.has('Not')) {
    const inner = fields.child('Not');
    const condition = parseCondition(inner);
    inner.finish();
    return { kind: 'not', condition };
  }
  const variable = fields.path('Variable');
  const operator = fields.keys().find(isOperator);
  if (operator === undefined) {
    fields.problem('no comparison operator that is supported by the local stack');
    return { kind: 'and', all: [] };
  }
  const operand = toJson(fields.raw(operator));
  if (typeof operand !== operandType(operator)) fields.problem(`the operand of "${operator}" has the wrong type`);
  return { kind: 'test', variable, operator, operand };
}

function parts(fields: Fields, key: 'And' | 'Or'): Condition[] {
  return fields.filledList(key).map((part) => {
    const condition = parseCondition(part);
    part.finish();
    return condition;
  });
}

function parseFail(fields: Fields, name: string): FailState {
  return {
    type: 'Fail',
    name,
    error: fields.has('ErrorPath') ? fields.path('ErrorPath') : fields.optionalString('Error'),
    cause: fields.has('CausePath') ? fields.path('CausePath') : fields.optionalString('Cause'),
  };
}
