/** Runs states one after another: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html */
import type { Branch, Position } from './branch.ts';
import { holds } from '../data/choice.ts';
import type {
  ChoiceState,
  Fallible,
  FailState,
  MapState,
  PassState,
  Retrier,
  State,
  States,
  TaskState,
} from '../definition/definition.ts';
import { StateFailure } from '../errors.ts';
import type { RunningExecution } from './environment.ts';
import type { Json } from '../data/json.ts';
import { runMap } from './map.ts';
import { runTask } from './task.ts';
import { PathMissing } from '../data/template.ts';
import { readPath, type Path } from '../data/paths.ts';
import { Visit, type MapItem } from './visit.ts';

interface Outcome {
  readonly output: Json;
  /** undefined: the machine, or the iteration, ends here. */
  readonly next: string | undefined;
}

/**
 * Runs from the start state to an end; in a branch that is redriven, from the state in which it stands.
 * @returns the last state's output
 * @throws StateFailure where a state fails and nothing catches it; Aborted where the branch is ended
 */
export async function runStates(
  run: RunningExecution,
  { startAt, states }: States,
  branch: Branch,
  input: Json,
  item?: MapItem,
): Promise<Json> {
  if (branch.output !== undefined) return branch.output;
  branch.position ??= { name: startAt, input };
  for (;;) {
    const { position }: Branch = branch;
    const state = states.get(position.name);
    if (!state) throw new Error(`There is no state ${position.name}.`);
    const { output, next } = await runState(run, state, branch, position, item);
    if (next === undefined) return output;
  }
}

async function runState(
  run: RunningExecution,
  state: State,
  branch: Branch,
  position: Position,
  item: MapItem | undefined,
): Promise<Outcome> {
  const { name, type } = state;
  // A redrive goes on from the event with which the state was entered; only a Fail state is entered again.
  if (position.eventId === undefined || type === 'Fail') {
    position.eventId = run.record(branch, `${type}StateEntered`, { name, input: JSON.stringify(position.input) });
  }
  branch.entered = type === 'Task' || type === 'Map' ? type : undefined;
  const outcome = await outcomeOf(run, state, branch, position, item);
  branch.entered = undefined;
  if (type !== 'Fail') run.record(branch, `${type}StateExited`, { name, output: JSON.stringify(outcome.output) });
  // Together with the event: a redrive finds the branch either in this state or behind it.
  if (outcome.next === undefined) branch.output = outcome.output;
  branch.position = outcome.next === undefined ? undefined : { name: outcome.next, input: outcome.output };
  return outcome;
}

async function outcomeOf(
  run: RunningExecution,
  state: State,
  branch: Branch,
  position: Position,
  item: MapItem | undefined,
): Promise<Outcome> {
  const visit = <S extends State>(of: S): Visit<S> => new Visit(run, branch, of, position, item);
  switch (state.type) {
    case 'Task':
      return withRetryAndCatch(visit<TaskState>(state), runTask);
    case 'Map':
      return withRetryAndCatch(visit<MapState>(state), (map) => runMap(map, runStates));
    case 'Choice':
      return choose(visit(state));
    case 'Pass':
      return pass(visit(state));
    case 'Succeed': {
      const succeed = visit(state);
      return {
        output: succeed.filtered(state.outputPath, succeed.filtered(state.inputPath, succeed.input)),
        next: undefined,
      };
    }
    case 'Fail':
      throw failed(visit(state));
  }
}

function pass(visit: Visit<PassState>): Outcome {
  const { state } = visit;
  const input = visit.filtered(state.inputPath, visit.input);
  const shaped = state.parameters ? visit.evaluate(state.parameters, visit.scope(input)) : input;
  const output = visit.filtered(
    state.outputPath,
    visit.placed(state.resultPath, state.result === undefined ? shaped : state.result),
  );
  visit.bounded(output);
  return { output, next: state.next };
}

function choose(visit: Visit<ChoiceState>): Outcome {
  const { state } = visit;
  const input = visit.filtered(state.inputPath, visit.input);
  const scope = visit.scope(input);
  const choice = visit.guarded(() => state.choices.find(({ condition }) => holds(condition, scope)), input);
  const next = choice?.next ?? state.default;
  if (next === undefined) {
    throw new StateFailure('States.NoChoiceMatched', `No choice of the state '${state.name}' applies.`);
  }
  return { output: visit.filtered(state.outputPath, input), next };
}

function failed(visit: Visit<FailState>): StateFailure {
  const text = (value: string | Path | undefined, field: string): string | undefined => {
    if (value === undefined || typeof value === 'string') return value;
    return visit.guarded(() => {
      const found = readPath(value, visit.scope(visit.input));
      if (found === undefined) throw new PathMissing(value, field);
      return typeof found === 'string' ? found : JSON.stringify(found);
    }, visit.input);
  };
  return new StateFailure(text(visit.state.error, 'ErrorPath'), text(visit.state.cause, 'CausePath'));
}

async function withRetryAndCatch<S extends TaskState | MapState>(
  visit: Visit<S>,
  work: (visit: Visit<S>) => Promise<Json>,
): Promise<Outcome> {
  const state: Fallible = visit.state;
  const retries = new Map<Retrier, number>();
  for (;;) {
    try {
      const output = visit.output(state, await work(visit));
      visit.bounded(output);
      return { output, next: state.next };
    } catch (thrown) {
      if (!(thrown instanceof StateFailure)) throw thrown;
      const delay = retryDelay(state.retry, thrown, retries, visit.run.environment.random);
      if (delay === undefined) return caught(visit, thrown);
      await pause(visit, delay);
      visit.retryCount += 1;
    }
  }
}

/** @returns the delay in milliseconds, or undefined where no retrier applies or it has no attempt left */
function retryDelay(
  retriers: readonly Retrier[],
  failure: StateFailure,
  retries: Map<Retrier, number>,
  random: () => number,
): number | undefined {
  const retrier = retriers.find(({ errorEquals }) => failure.matches(errorEquals, 'another'));
  if (!retrier) return undefined;
  const done = retries.get(retrier) ?? 0;
  if (done >= retrier.maxAttempts) return undefined;
  retries.set(retrier, done + 1);
  const seconds = Math.min(retrier.intervalSeconds * retrier.backoffRate ** done, retrier.maxDelaySeconds);
  return seconds * 1000 * (retrier.jitter ? random() : 1);
}

async function pause({ run, branch }: Visit<TaskState | MapState>, delayMs: number): Promise<void> {
  let cancel = (): void => undefined;
  try {
    await branch.orAborted(new Promise<void>((resolve) => (cancel = run.environment.clock.schedule(delayMs, resolve))));
  } finally {
    cancel();
  }
}

function caught(visit: Visit<TaskState | MapState>, failure: StateFailure): Outcome {
  // A Map that gives up says so before its Catch applies; one that never started its iterations does not.
  if (visit.state.type === 'Map' && visit.branch.previousEventId !== visit.position.eventId) {
    visit.branch.entered = undefined;
    visit.run.record(visit.branch, 'MapStateFailed');
  }
  const by = visit.state.type === 'Task' ? 'Catch of a Task' : 'another';
  const catcher = visit.state.catch.find(({ errorEquals }) => failure.matches(errorEquals, by));
  if (!catcher) throw failure;
  const report = {
    Error: failure.error ?? null,
    Cause: failure.cause ?? (failure.error === undefined ? null : ''),
  };
  return { output: visit.placed(catcher.resultPath, report), next: catcher.next };
}
