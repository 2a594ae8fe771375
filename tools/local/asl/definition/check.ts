/**
 * What CreateStateMachine refuses of a definition whose fields are all in order.
 * https://states-language.net/spec.html, https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
import { MAX_STATE_NAME_CHARACTERS } from '../limits.ts';
import type { Catcher, Retrier, State, States } from './definition.ts';

/** @returns a sentence for each problem, that begins with the path in the definition */
export function checkMachine(machine: States): string[] {
  const names = new Set<string>();
  return inside(machine, '').flatMap(({ at, states }) => [
    ...[...states.states.values()].flatMap((state) =>
      problemsOf(state, names).map((text) => `${at}.${state.name}${text}`),
    ),
    ...unreachable(states).map((name) => `${at}.${name}: no way leads from StartAt to this state`),
    ...([...states.states.values()].some(isTerminal) ? [] : [`${at}: no state ends the machine`]),
  ]);
}

/** The machine's states, and those of every Map in it. */
function inside(states: States, prefix: string): { readonly at: string; readonly states: States }[] {
  const at = `${prefix}States`;
  const maps = [...states.states.values()].flatMap((state) =>
    state.type === 'Map' ? inside(state.processor, `${at}.${state.name}.ItemProcessor.`) : [],
  );
  return [{ at, states }, ...maps];
}

/** @param names of the states before it, to which its own is added */
function problemsOf(state: State, names: Set<string>): string[] {
  const problems = 'retry' in state ? [...checkErrors('Retry', state.retry), ...checkErrors('Catch', state.catch)] : [];
  if (names.has(state.name)) problems.push(`: another state of the machine has this name`);
  if (state.name.length > MAX_STATE_NAME_CHARACTERS) {
    problems.push(`: the name has more than ${MAX_STATE_NAME_CHARACTERS} characters`);
  }
  names.add(state.name);
  return problems;
}

function checkErrors(field: 'Retry' | 'Catch', list: readonly (Retrier | Catcher)[]): string[] {
  return list.flatMap(({ errorEquals }, index) => {
    if (!errorEquals.includes('States.ALL')) return [];
    const alone = errorEquals.length === 1 && index === list.length - 1;
    return alone ? [] : [`.${field}[${index}]: "States.ALL" must stand alone, and in the last entry`];
  });
}

function unreachable({ startAt, states }: States): string[] {
  const reached = new Set([startAt]);
  // A set that grows while it is walked is walked to its end.
  for (const name of reached) {
    const state = states.get(name);
    if (state) for (const next of successors(state)) reached.add(next);
  }
  return [...states.keys()].filter((name) => !reached.has(name));
}

/** The states that may follow. */
export function successors(state: State): string[] {
  const next = 'next' in state && state.next !== undefined ? [state.next] : [];
  if (state.type === 'Choice') {
    return [...state.choices.map((choice) => choice.next), ...(state.default === undefined ? [] : [state.default])];
  }
  return 'catch' in state ? [...next, ...state.catch.map((catcher) => catcher.next)] : next;
}

function isTerminal(state: State): boolean {
  if (state.type === 'Choice') return false;
  return !('next' in state) || state.next === undefined;
}
