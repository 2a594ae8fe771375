/**
 * The context object, `$$`: which fields there are, so that a path to another one is refused before it runs.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
import type { Path } from './paths.ts';

/** `true`: a plain value. `'any'`: data of the execution, whose fields nobody knows beforehand. */
type Shape = true | 'any' | { readonly [field: string]: Shape };

const EVERYWHERE = {
  // The last two once the execution has been redriven.
  Execution: { Id: true, Name: true, Input: 'any', StartTime: true, RedriveCount: true, RedriveTime: true },
  State: { Name: true, EnteredTime: true, RetryCount: true },
  StateMachine: { Id: true, Name: true },
} as const satisfies Shape;

const SOMEWHERE = {
  /** In the Parameters of a task that waits for its token. */
  Task: { Token: true },
  /** In a Map's ItemSelector, and in the states of its iterations. */
  Map: { Item: { Index: true, Value: 'any' } },
} as const satisfies Shape;

/** A part of the context object that only some places have. */
export type ContextPart = keyof typeof SOMEWHERE;

/** Is what the path names there, in a place that has these parts besides those that all places have? */
export function inContext(path: Path, parts: readonly ContextPart[]): boolean {
  let shape: Shape = {
    ...EVERYWHERE,
    ...Object.fromEntries(parts.map((part): [string, Shape] => [part, SOMEWHERE[part]])),
  };
  for (const step of path.steps) {
    if (shape === 'any') return true;
    if (shape === true || !Object.hasOwn(shape, step)) return false;
    shape = shape[step];
  }
  return true;
}
