/**
 * Reference paths: `$`, `$.a.b`, `$.a[0]`, `$['a']`, and the same on the context object after `$$`. That
 * is all of JSONPath that the definition uses, and a library would bring filters, wildcards and their
 * results' own rules; any other expression is refused before it runs.
 * https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
 */
import { isJsonObject, type Json } from './json.ts';

export interface Path {
  readonly text: string;
  /** `$$…`: reads the context object, not the input. */
  readonly context: boolean;
  readonly steps: readonly (string | number)[];
}

const STEP = /\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\['([^'\\]+)'\]|\["([^"\\]+)"\]/y;

/** @returns undefined for an expression that is no reference path */
export function parsePath(text: string): Path | undefined {
  if (!text.startsWith('$')) return undefined;
  const context = text.startsWith('$$');
  const steps: (string | number)[] = [];
  STEP.lastIndex = context ? 2 : 1;
  while (STEP.lastIndex < text.length) {
    const match: RegExpExecArray | null = STEP.exec(text);
    if (!match) return undefined;
    const [, dotted, index, quoted, doubleQuoted] = match as unknown as (string | undefined)[];
    steps.push(index === undefined ? (dotted ?? quoted ?? doubleQuoted ?? '') : Number(index));
  }
  return { text, context, steps };
}

/** What a path reads from. */
export interface Scope {
  readonly input: Json;
  readonly context: Json;
}

/** @returns undefined where the path leads nowhere */
export function readPath(path: Path, scope: Scope): Json | undefined {
  let value: Json | undefined = path.context ? scope.context : scope.input;
  for (const step of path.steps) {
    if (value === undefined || value === null) return undefined;
    if (typeof step === 'number') value = Array.isArray(value) ? (value as readonly Json[]).at(step) : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/**
 * The input with `value` in the place of the path; objects on the way are made.
 * @returns undefined where the path runs into something that is no object
 */
export function writePath(input: Json, path: Path, value: Json): Json | undefined {
  return write(input, path.steps, value);
}

function write(target: Json | undefined, steps: Path['steps'], value: Json): Json | undefined {
  if (steps.length === 0) return value;
  const [step, ...rest] = steps;
  if (typeof step === 'number') {
    if (!Array.isArray(target) || step >= target.length) return undefined;
    const items = target as readonly Json[];
    const inner = write(items[step], rest, value);
    return inner === undefined ? undefined : items.map((item, index) => (index === step ? inner : item));
  }
  if (target !== undefined && target !== null && !isJsonObject(target)) return undefined;
  const object = target ?? {};
  const inner = write(Object.hasOwn(object, step) ? object[step] : undefined, rest, value);
  return inner === undefined ? undefined : { ...object, [step]: inner };
}
