/** States in a colour, with a mark and a word: never by colour alone. */
import type { RunState, StageState, WeekState } from '../../dto.ts';

type State = RunState | WeekState | StageState;

const WORDS: Readonly<Record<State, string>> = {
  PENDING: 'Waiting',
  RUNNING: 'Running',
  RETRYING: 'Retrying',
  COMPLETE: 'Done',
  PUBLISHED: 'Published',
  PARTIAL: 'Partial',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
};

const MARKS: Readonly<Record<State, string>> = {
  PENDING: 'M5 8h6',
  RUNNING: 'M8 2.8A5.2 5.2 0 1 1 2.8 8',
  RETRYING: 'M12 8a4 4 0 1 1-1.3-3M11 2.5v2.8H8.2',
  COMPLETE: 'M4 8.4l2.7 2.6L12 5.4',
  PUBLISHED: 'M4 8.4l2.7 2.6L12 5.4',
  PARTIAL: 'M8 4v5M8 11.6v.2',
  FAILED: 'M4.8 4.8l6.4 6.4M11.2 4.8l-6.4 6.4',
  CANCELLED: 'M4.4 8h7.2',
};

export const stateWord = (state: State) => WORDS[state];
export const stateClass = (state: State) => `is-${state.toLowerCase()}`;

export function Mark({ state }: { readonly state: State }) {
  return (
    <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
      <path d={MARKS[state]} />
    </svg>
  );
}

/** @param word in the place of the state's own */
export function Status({ state, word = WORDS[state] }: { readonly state: State; readonly word?: string }) {
  return (
    <span class={`status ${stateClass(state)}`}>
      <Mark state={state} />
      {word}
    </span>
  );
}
