/** What must hold, by name. */

/** Every invariant: its name and what it says. */
export const INVARIANTS = {
  'attempts-and-fences-rise': 'An attempt, a fence or a version of a row never falls.',
  'committed-is-final': 'A committed result never changes for the same attempt, nor do its bytes.',
  'complete-stays': 'A stage or week that is COMPLETE never goes back within its attempt.',
  'settled-is-not-recomputed': 'What an attempt has committed, a result or a failure, is never computed again.',
  'fence-holds': 'A worker that has lost its fence commits nothing.',
  'answer-follows-commit': 'A task is told what the table says already, and nothing else.',
  'acknowledged-when-done': 'A message is acknowledged only when its stage is settled and handed on.',
  'permanent-fails-at-once': 'A permanent error is never tried again.',
  'dead-token-is-no-failure': 'That a token is dead fails neither stage nor week.',
  'duplicate-is-no-replay': 'A message that nobody sent again begins no replay.',
  'cancelled-stays-cancelled': 'A cancelled run starts no work, publishes nothing and stays cancelled.',
  'nobody-waits-in-silence': 'A task times out only where faults have taken more time than it has.',
  'every-token-answered': 'When all is over, nobody waits for a token.',
  'poison-is-kept': 'The body of a message that nobody could handle is kept, without its token.',
  'newest-attempts-published': 'A revision holds the newest committed attempt of every week, or newer.',
  'one-revision-per-state': 'No two revisions of a run hold the same attempts, and their numbers have no gap.',
  'revisions-rise': 'The revision of a run never falls, and no week of a later revision is older.',
  'files-are-final': 'A published file never changes within its revision.',
  'published-numbers': 'Every published number is the one that a run without faults gives.',
  'one-mail-per-revision': 'A revision is mailed at most once, and once where nothing failed.',
  announced: 'A revision whose publication went through was announced.',
  'latest-never-back': 'The pointer to the newest run never goes back, nor does latest.json, which ends where it is.',
  'latest-is-published': 'What the pointer to the newest run names has all its files.',
  'nothing-runs-on': 'A function that has answered has no timer left.',
  'no-token-leaks': 'A token stands in the message of its stage row and nowhere else, in no log, no blob, no mail.',
  'table-tells-the-truth': 'What a row says is so: its files exist, its failures have reasons, its index is right.',
  'siblings-go-on': 'Whatever fails in a week, no iteration of the Map fails or is aborted.',
  'week-fails-alone': 'A week that neither a fault nor a hand has touched is COMPLETE, whatever became of the others.',
  'published-whatever-happens':
    'An execution that came to its own end has published what was committed, and its run says so.',
  'redrive-goes-on': 'A redriven execution goes on with what was interrupted, and its run is RUNNING meanwhile.',
  'every-start-is-told': 'An execution that failed has left a run that says why.',
  'a-schedule-runs-once': 'Of two executions of one scheduled time, one runs; the other succeeds and leaves no run.',
  'held-while-worked-on': 'Without a fault, no message is delivered while its worker is at it.',
  'noticed-in-two-minutes': 'The stage of a worker that was killed is claimed again within two minutes.',
  'every-run-ends': 'Every run ends, and the schedule with it.',
  'every-week-ends': 'Every week of a run that was not cancelled ends COMPLETE, or FAILED with a reason.',
} as const;
export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  readonly message: string;
}
