/** What only AWS can settle about the state machine: how a state of it takes an answer, or a failure, that is rare. */
import { LAST_STAGE, STAGE_CATALOGUE } from '../../../shared/pipeline/stages.ts';

/** A state as the definition has it. */
export interface StateDefinition {
  readonly Type: string;
  readonly Next?: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts?: number }[];
  readonly Catch?: readonly { readonly Next: string }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, StateDefinition>> };
}

/** What the state's work comes to: its result as JSON text, or its failure. */
export type Mock =
  { readonly result: string } | { readonly failure: { readonly error?: string; readonly cause?: string } };

export interface Question {
  readonly asks: string;
  /** The state's name, wherever in the definition it stands. */
  readonly state: string;
  readonly input: object;
  readonly mock: Mock;
}

const WEEK = { runId: 'run', week: '2026-W49' };
const MAP = { runId: 'run', weeks: ['2026-W49', '2026-W50'], maxConcurrency: 40 };
const LIMIT_BYTES = 262_144;
const CALLBACK = STAGE_CATALOGUE[LAST_STAGE].stateName;
const FIRST_CALLBACK = STAGE_CATALOGUE.extract.stateName;
const CAUGHT = { ...WEEK, failure: { Error: 'InputError', Cause: 'no menu' } };
/** Two bytes a character, since TestState counts characters: more bytes than a state may hand on. */
const LARGE_RESULT = JSON.stringify(MAP.weeks.map(() => 'é'.repeat(LIMIT_BYTES / 4)));

export const QUESTIONS: readonly Question[] = [
  {
    asks: 'Does the Catch of a callback task take a failure without an error name?',
    state: CALLBACK,
    input: WEEK,
    mock: { failure: { cause: 'by hand' } },
  },
  ...['{}', '"x"', '5'].map((result) => ({
    asks: `Does a callback task take ${result} for an answer?`,
    state: FIRST_CALLBACK,
    input: WEEK,
    mock: { result },
  })),
  {
    asks: 'Does the Catch of a callback task take States.DataLimitExceeded?',
    state: CALLBACK,
    input: WEEK,
    mock: { failure: { error: 'States.DataLimitExceeded', cause: 'too large' } },
  },
  {
    asks: 'Does the Catch of RecordWeekFailure take Lambda.TooManyRequestsException, when its retries are used up?',
    state: 'RecordWeekFailure',
    input: CAUGHT,
    mock: { failure: { error: 'Lambda.TooManyRequestsException', cause: 'Rate Exceeded.' } },
  },
  {
    asks: 'Does the Catch of the Map take States.DataLimitExceeded?',
    state: 'Weeks',
    input: MAP,
    mock: { failure: { error: 'States.DataLimitExceeded', cause: 'too large' } },
  },
  {
    asks: `Is the Map's result counted against ${LIMIT_BYTES.toLocaleString('en-US')} bytes before its ResultPath null drops it?`,
    state: 'Weeks',
    input: MAP,
    mock: { result: LARGE_RESULT },
  },
];

/** @throws Error where there is no state of that name */
export function findState(states: Readonly<Record<string, StateDefinition>>, name: string): StateDefinition {
  const found = stateIn(states, name);
  if (!found) throw new Error(`The definition has no state ${name}.`);
  return found;
}

function stateIn(states: Readonly<Record<string, StateDefinition>>, name: string): StateDefinition | undefined {
  if (name in states) return states[name];
  for (const { ItemProcessor } of Object.values(states)) {
    const inside = ItemProcessor && stateIn(ItemProcessor.States, name);
    if (inside) return inside;
  }
  return undefined;
}

/** The state after the last of a machine, or of an iteration. */
const END = 'the end';

/** How a state ended, in words that both sides use. */
export const ENDS = {
  onTo: (next = END) => `goes on to ${next}`,
  caught: (next = END) => `catches it and goes on to ${next}`,
  failed: (error = 'an error without a name') => `fails with ${error}`,
} as const;
