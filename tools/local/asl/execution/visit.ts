/**
 * One visit to a state: its input on the way in, its result on the way out.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
 */
import type { Branch, Position } from './branch.ts';
import type { Fallible, State } from '../definition/definition.ts';
import { StateFailure } from '../errors.ts';
import type { RunningExecution } from './environment.ts';
import { byteSize, type Json, type JsonObject } from '../data/json.ts';
import { MAX_PAYLOAD_BYTES } from '../limits.ts';
import { readPath, writePath, type Path, type Scope } from '../data/paths.ts';
import { evaluate, PathMissing, type Template } from '../data/template.ts';

/** An iteration's place in its Map, as `$$.Map.Item` shows it. */
export type MapItem = { readonly Index: number; readonly Value: Json };

export class Visit<S extends State> {
  retryCount = 0;
  private readonly enteredAt: number;

  constructor(
    readonly run: RunningExecution,
    readonly branch: Branch,
    readonly state: S,
    readonly position: Position,
    readonly item: MapItem | undefined,
  ) {
    this.enteredAt = run.environment.clock.now();
  }

  /** The state's raw input. */
  get input(): Json {
    return this.position.input;
  }

  /** A failure that no Retry and no Catch applies to. */
  runtimeError(text: string): StateFailure {
    const where = `An error occurred while executing the state '${this.state.name}' (entered at the event id #${this.position.eventId}).`;
    return new StateFailure('States.Runtime', `${where} ${text}`);
  }

  scope(input: Json, token?: string): Scope {
    const { name } = this.state;
    const context: JsonObject = {
      ...this.run.context,
      State: { Name: name, EnteredTime: new Date(this.enteredAt).toISOString(), RetryCount: this.retryCount },
      ...(token === undefined ? {} : { Task: { Token: token } }),
      ...(this.item ? { Map: { Item: this.item } } : {}),
    };
    return { input, context };
  }

  /** InputPath or OutputPath applied. */
  filtered(path: Path | null, value: Json): Json {
    if (path === null) return {};
    const found = readPath(path, this.scope(value));
    if (found === undefined) throw this.runtimeError(`Invalid path '${path.text}' : No results for path.`);
    return found;
  }

  evaluate(template: Template, scope: Scope): Json {
    return this.guarded(() => evaluate(template, scope), scope.input);
  }

  /** Runs something that reads paths; one that leads nowhere is a runtime error. */
  guarded<T>(read: () => T, input: Json): T {
    try {
      return read();
    } catch (thrown) {
      if (!(thrown instanceof PathMissing)) throw thrown;
      throw this.runtimeError(
        `The JSONPath '${thrown.path.text}' specified for the field '${thrown.field}' could not be found in the input '${JSON.stringify(input)}'`,
      );
    }
  }

  /** The result put in its place in the raw input. */
  placed(path: Path | null, result: Json): Json {
    if (path === null) return this.input;
    const placed = writePath(this.input, path, result);
    if (placed !== undefined) return placed;
    const cause = `Unable to apply step '${path.text}' to input '${JSON.stringify(this.input)}'`;
    throw new StateFailure('States.ResultPathMatchFailure', cause);
  }

  /** The output of a state whose work gave `result`. */
  output(state: Fallible, result: Json): Json {
    const selected = state.resultSelector ? this.evaluate(state.resultSelector, this.scope(result)) : result;
    return this.filtered(state.outputPath, this.placed(state.resultPath, selected));
  }

  /** The text of a value that is within the payload's limit. */
  bounded(value: Json): string {
    const text = JSON.stringify(value);
    if (byteSize(text) > MAX_PAYLOAD_BYTES) throw dataLimitExceeded(this.state.name);
    return text;
  }
}

export function dataLimitExceeded(what: string): StateFailure {
  const cause = `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return new StateFailure('States.DataLimitExceeded', cause);
}
