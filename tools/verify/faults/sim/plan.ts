/** What one seed stands for: a size, the faults that hit and what people do meanwhile. */
import { STAGE_CATALOGUE, STAGES, type Stage } from '../../../../shared/pipeline/stages.ts';
import { RandomSource } from '../../random-source.ts';

/**
 * Where a fault can hit: every call of a port, and every hand-over between services. And about how often each is
 * called a week; those of a run are counted with its first week.
 */
const CALLS = {
  'table.get': 16,
  'table.put': 20,
  'table.query': 2,
  'table.runs': 1,
  'artifacts.put': 4,
  'artifacts.get': 4,
  'published.put': 8,
  'published.get': 1,
  'published.find': 1,
  'published.replace': 1,
  'callbacks.succeed': 3,
  'callbacks.fail': 1,
  'callbacks.heartbeat': 5,
  'queues.send': 2,
  'queues.changeVisibility': 3,
  'executions.start': 1,
  'executions.stop': 1,
  'executions.status': 1,
  'executions.redrive': 1,
  'mailer.send': 1,
  'events.announce': 1,
  'inputs.open': 2,
  work: 3,
  'machine.send': 3,
  'machine.invoke': 2,
  'machine.return': 2,
  'queue.deliver': 4,
  'queue.acknowledge': 4,
} as const;
export type Op = keyof typeof CALLS;
const OPS = Object.keys(CALLS) as Op[];

/**
 * - error: refused before it had an effect · lost-answer: it had its effect, the caller sees an error
 * - own-conflict: the caller's library repeated a write that had worked, and reports it as another's
 * - crash-before, crash-after: the process dies at the call, without or with its effect
 * - slow-request, slow-answer: this call takes `seconds` longer · stall: the whole process stands still
 * - duplicate: the queue delivers the message once more, `seconds` later
 */
const CALL_FAULTS = [
  'error',
  'lost-answer',
  'own-conflict',
  'crash-before',
  'crash-after',
  'slow-request',
  'slow-answer',
  'stall',
  'duplicate',
] as const;

/**
 * Of a function that the state machine calls, at `machine.invoke`; they may last longer than every retry.
 *
 * - refused-call: Lambda has no execution left for it · throttled: the same, as the answer of the function
 * - unanswered: nobody answers until the task times out
 */
const HELPER_FAULTS = ['refused-call', 'throttled', 'unanswered'] as const;

/** The folders of the functions that the state machine calls. */
const HELPERS = ['configurator', 'failure-recorder', 'publisher'] as const;

export interface Fault {
  readonly kind: (typeof CALL_FAULTS)[number] | (typeof HELPER_FAULTS)[number];
  /** Absent: whatever the call is. */
  readonly op?: Op;
  /** Absent: whoever calls, or is called. */
  readonly role?: string;
  /** Which call of `op` and `role`, or of all, counted from 1. */
  readonly nth: number;
  /** Hits the same call of the same process's successors as often in all. */
  readonly times: number;
  readonly seconds: number;
}

const ACTION_KINDS = [
  'replay',
  'replay-by-hand',
  'resend',
  'resend-quarantined',
  'redrive',
  'poison',
  'cancel',
  'sweep',
  'restart',
  'mend-inputs',
  'answer',
  'stop',
  'redrive-execution',
] as const;
type ActionKind = (typeof ACTION_KINDS)[number];

/** What an operator, or the schedule of the sweeper, does. */
export interface Action {
  readonly kind: ActionKind;
  /** After so many calls of ports; where there are fewer, when everything else has ended. */
  readonly afterCalls: number;
  readonly seconds: number;
  /** Which run, week and stage, counted round. */
  readonly run: number;
  readonly week: number;
  readonly stage: Stage;
}

interface BadWeek {
  readonly week: number;
  readonly stage: Stage;
}

export interface Plan {
  readonly seed: number;
  readonly runs: number;
  readonly weeks: number;
  /** Messages of a queue handled at once. */
  readonly concurrency: number;
  readonly mapConcurrency: number;
  /** Functions that have timed out run on, as they do on the local stack. */
  readonly zombies: boolean;
  /** By how much the index of runs lags behind the table. */
  readonly indexLagSeconds: number;
  /** The longest that a stage's work takes by itself. */
  readonly workSeconds: number;
  /** The scheduler delivers the first run's start twice, so many seconds apart. Absent: it was not scheduled. */
  readonly startedAgainAfter?: number;
  /** Weeks whose work fails for good until the inputs are mended. */
  readonly bad: readonly BadWeek[];
  readonly faults: readonly Fault[];
  readonly actions: readonly Action[];
}

/**
 * AWS refuses a request that arrives later than five minutes after it was signed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
const MAX_REQUEST_SECONDS = 300;

const ALL_CALLS = Object.values(CALLS).reduce((sum, calls) => sum + calls, 0);
const MAX_FAULT_SECONDS = 3_000;
/** Longer than every retry. */
const FOR_EVER = 1_000;

/** What a plan's faults and actions are drawn from. */
const FOCUSES = {
  /** Nothing goes wrong. */
  quiet: 0.08,
  /** Only the helpers fail, and people only answer tokens by hand: each week stands for itself. */
  helpers: 0.1,
} as const;

/** One seed, one plan. */
export function drawPlan(seed: number): Plan {
  const random = new RandomSource(seed, 0);
  const runs = random.chance(0.2) ? 2 : 1;
  const weeks = random.pick([1, 1, 2, 2, 3]);
  const quiet = random.chance(FOCUSES.quiet);
  const helpersOnly = random.chance(FOCUSES.helpers);
  const size = { runs, weeks };
  const fault = () => (helpersOnly || random.chance(0.1) ? drawHelperFault(random, size) : drawFault(random, size));
  const action = () =>
    helpersOnly ? [{ ...drawAction(random, size), kind: 'answer' } as const] : drawActions(random, size);
  const faults = quiet ? [] : Array.from({ length: drawCount(random, 6) }, fault);
  const actions = quiet ? [] : Array.from({ length: drawCount(random, 4) - 1 }, action).flat();
  return {
    seed,
    ...size,
    concurrency: random.between(2, 3),
    mapConcurrency: random.between(1, 3),
    zombies: random.chance(0.3),
    indexLagSeconds: random.pick([0, 0, 1, 30]),
    workSeconds: random.pick([1, 5, 30, 55]),
    ...(random.chance(0.12) ? { startedAgainAfter: drawSeconds(random) } : {}),
    bad: drawBad(random, weeks),
    faults: [...faults, ...actions.flatMap((one) => (random.chance(0.3) ? faultsBeside(one) : []))],
    actions,
  };
}

/** Faults that would hardly ever meet the action, drawn like the others. */
function faultsBeside({ kind, stage }: Action): Fault[] {
  const common = { role: STAGE_CATALOGUE[stage].folder, nth: 1, seconds: 0 };
  // A replay's worker dies when it passes on: the run's own message may be there before its redelivery.
  if (kind === 'replay-by-hand') return [{ ...common, kind: 'crash-before', op: 'queues.send', times: 1 }];
  // The stage waits for its next try while its execution is stopped: the sweeper ends it.
  if (kind === 'stop') return [{ ...common, kind: 'error', op: 'artifacts.put', times: 4 }];
  return [];
}

/** From 1 to `max`, a smaller number being likelier. */
function drawCount(random: RandomSource, max: number): number {
  return 1 + Math.min(random.below(max), random.below(max));
}

function drawBad(random: RandomSource, weeks: number): BadWeek[] {
  return random.chance(0.25) ? [{ week: random.below(weeks), stage: random.pick(STAGES) }] : [];
}

function drawSeconds(random: RandomSource): number {
  return random.pick([0, 1, random.between(1, 20), random.between(20, 130), random.between(130, MAX_FAULT_SECONDS)]);
}

interface Size {
  readonly runs: number;
  readonly weeks: number;
}

function drawFault(random: RandomSource, { runs, weeks }: Size): Fault {
  const kind = random.pick(CALL_FAULTS);
  const times = random.pick([1, 1, 1, 1, 2, 3, 4]);
  const drawn = drawSeconds(random);
  const common = {
    kind,
    times,
    seconds: kind === 'slow-request' ? Math.min(drawn, MAX_REQUEST_SECONDS) : drawn,
  };
  if (kind === 'duplicate') return { ...common, op: 'queue.deliver', nth: random.between(1, 4 * weeks * runs) };
  // It is rarely called: drawn like the others, it would hardly ever be hit while another process writes.
  if ((kind === 'own-conflict' || kind === 'slow-request') && random.chance(0.1))
    return { ...common, op: 'published.replace', nth: random.between(1, 2 * runs) };
  if (kind === 'own-conflict') return { ...common, op: 'table.put', nth: random.between(1, 24 * weeks * runs) };
  if (random.chance(0.4)) return { ...common, nth: random.between(1, ALL_CALLS * weeks * runs) };
  const op = random.pick(OPS);
  return { ...common, op, nth: random.between(1, Math.ceil(1.3 * CALLS[op] * weeks * runs)) };
}

function drawHelperFault(random: RandomSource, { runs }: Size): Fault {
  return {
    kind: random.pick(HELPER_FAULTS),
    op: 'machine.invoke',
    role: random.pick(HELPERS),
    nth: random.between(1, 2 * runs),
    times: random.pick([1, 3, 12, FOR_EVER, FOR_EVER]),
    seconds: 0,
  };
}

/** Kinds that are drawn more often than the others. */
const FREQUENT: readonly ActionKind[] = [
  'replay',
  'replay',
  'replay-by-hand',
  'resend',
  'sweep',
  'mend-inputs',
  'redrive',
  'stop',
];

/** One action; that an execution is stopped is often followed by the sweeper, and by a redrive of it. */
function drawActions(random: RandomSource, size: Size): Action[] {
  const action = drawAction(random, size);
  if (action.kind !== 'stop') return [action];
  const later = (kind: ActionKind): Action => ({
    ...action,
    kind,
    afterCalls: action.afterCalls + 1,
    seconds: action.seconds + drawSeconds(random),
  });
  return [
    action,
    ...(random.chance(0.5) ? [later('sweep')] : []),
    ...(random.chance(0.8) ? [later('redrive-execution')] : []),
  ];
}

function drawAction(random: RandomSource, { runs, weeks }: Size): Action {
  return {
    kind: random.chance(0.6) ? random.pick(FREQUENT) : random.pick(ACTION_KINDS),
    afterCalls: random.between(1, Math.ceil(1.4 * ALL_CALLS * weeks * runs)),
    seconds: drawSeconds(random),
    run: random.below(runs),
    week: random.below(weeks),
    stage: random.pick(STAGES),
  };
}
