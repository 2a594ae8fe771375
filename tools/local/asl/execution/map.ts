/** The inline Map: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
import { Branch } from './branch.ts';
import type { MapState, States } from '../definition/definition.ts';
import { Aborted } from '../errors.ts';
import { byteSize, type Json } from '../data/json.ts';
import { MAX_INLINE_CONCURRENCY } from '../limits.ts';
import { readPath } from '../data/paths.ts';
import type { RunningExecution } from './environment.ts';
import type { MapItem, Visit } from './visit.ts';

/** Runs the states of one iteration; the interpreter's own function. */
type RunStates = (run: RunningExecution, states: States, branch: Branch, input: Json, item: MapItem) => Promise<Json>;

/**
 * One attempt of the Map.
 * @returns the outputs of the iterations, in the order of the items
 * @throws StateFailure where an iteration fails, the items are no array, or the outputs are too large; Aborted where the branch is ended
 */
export async function runMap(visit: Visit<MapState>, runStates: RunStates): Promise<Json> {
  const { state, run, branch, position } = visit;
  const input = visit.filtered(state.inputPath, visit.input);
  const items = visit.filtered(state.itemsPath, input);
  if (!Array.isArray(items)) throw visit.runtimeError(`The ItemsPath '${state.itemsPath.text}' leads to no array.`);
  const limit = concurrency(visit, input);
  // A redrive goes on with what the iterations have got done; a Retry begins them all anew.
  const before = visit.retryCount === 0 ? position.iterations : undefined;
  if (!before) run.record(branch, 'MapStateStarted', { length: items.length });
  const iterations = before?.map((iteration) => iteration.redriven()) ?? [];
  position.iterations = iterations;
  const outputs = await new MapRun(visit, runStates, input, items as readonly Json[], limit, iterations).outputs();
  // Should the Map fail now, by what it makes of the outputs, a redrive runs all of it again.
  position.iterations = undefined;
  // AWS counts them together, before ResultPath may drop them.
  const outputBytes = byteSize(visit.bounded(outputs));
  run.recordAside(branch, 'MapStateSucceeded', { outputBytes });
  return outputs;
}

function concurrency(visit: Visit<MapState>, input: Json): number {
  const { maxConcurrency } = visit.state;
  const value = typeof maxConcurrency === 'number' ? maxConcurrency : readPath(maxConcurrency, visit.scope(input));
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    const text = `The MaxConcurrencyPath field refers to value "${JSON.stringify(value)}" which is not a valid integer`;
    throw visit.runtimeError(text);
  }
  return value === 0 ? MAX_INLINE_CONCURRENCY : Math.min(value, MAX_INLINE_CONCURRENCY);
}

interface Iteration {
  readonly index: number;
  readonly branch: Branch;
}

class MapRun {
  private readonly running = new Map<number, Branch>();
  /** The indexes that wait for their turn. */
  private readonly waiting: number[];
  private left: number;
  private resolve: () => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;

  constructor(
    private readonly visit: Visit<MapState>,
    private readonly runStates: RunStates,
    private readonly input: Json,
    private readonly items: readonly Json[],
    private readonly limit: number,
    /** Those that have begun, by index: of a redrive, also those that have succeeded. */
    private readonly iterations: Branch[],
  ) {
    this.waiting = [...items.keys()].filter((index) => iterations[index]?.output === undefined);
    this.left = this.waiting.length;
  }

  async outputs(): Promise<Json> {
    const { branch } = this.visit;
    const forget = branch.onAbort(() => this.abortAll());
    const done = new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    try {
      // As on AWS, the first iterations are all announced before any of them enters a state.
      const first = this.waiting.splice(0, this.limit).map((index) => this.announce(index, branch.previousEventId));
      for (const iteration of first) void this.iterate(iteration);
      if (this.left === 0) this.resolve();
      await branch.orAborted(done);
      return this.iterations.map(({ output = null }) => output);
    } finally {
      forget();
    }
  }

  /** An iteration that goes on from before a redrive has been announced already. */
  private announce(index: number, previousEventId: number): Iteration {
    const begun = this.iterations[index] as Branch | undefined;
    const branch = begun ?? new Branch(previousEventId);
    this.iterations[index] = branch;
    this.running.set(index, branch);
    if (!begun) this.visit.run.record(branch, 'MapIterationStarted', { index, name: this.visit.state.name });
    return { index, branch };
  }

  /** Never rejects: what goes wrong ends the whole Map. */
  private async iterate({ index, branch }: Iteration): Promise<void> {
    try {
      await this.runIteration(index, branch);
      const previous = branch.previousEventId;
      const { run, state } = this.visit;
      const succeeded = run.record(branch, 'MapIterationSucceeded', { index, name: state.name });
      this.running.delete(index);
      this.left -= 1;
      const next = this.waiting.shift();
      if (next !== undefined) void this.iterate(this.announce(next, previous));
      else if (this.left === 0) {
        this.visit.branch.previousEventId = succeeded;
        this.resolve();
      }
    } catch (thrown) {
      if (!(thrown instanceof Aborted)) this.fail(index, branch, thrown);
    }
  }

  private runIteration(index: number, branch: Branch): Promise<Json> {
    const { visit } = this;
    const { state, run } = visit;
    const item = { Index: index, Value: this.items[index] };
    const scope = visit.scope(this.input);
    const inItem = { input: this.input, context: { ...(scope.context as object), Map: { Item: item } } };
    const input = state.itemSelector ? visit.evaluate(state.itemSelector, inItem) : item.Value;
    return this.runStates(run, state.processor, branch, input, item);
  }

  /** One uncaught failure ends the siblings and their tokens; all the events follow the one that failed. */
  private fail(index: number, failed: Branch, thrown: unknown): void {
    const { branch } = this.visit;
    branch.previousEventId = failed.previousEventId;
    try {
      this.close('MapIterationFailed', index, failed);
      this.running.delete(index);
      for (const [other, sibling] of this.running) this.close('MapIterationAborted', other, sibling);
    } catch (ended) {
      // The history was full: the execution is over, with all its branches.
      if (!(ended instanceof Aborted)) throw ended;
    }
    this.abortAll();
    this.reject(thrown);
  }

  private close(type: 'MapIterationFailed' | 'MapIterationAborted', index: number, iteration: Branch): void {
    const { run, branch, state } = this.visit;
    run.recordAside(branch, type, { index, name: state.name });
    if (iteration.entered) run.recordAside(branch, `${iteration.entered}StateAborted`);
  }

  private abortAll(): void {
    const branches = [...this.running.values()];
    this.running.clear();
    for (const branch of branches) branch.abort();
  }
}
