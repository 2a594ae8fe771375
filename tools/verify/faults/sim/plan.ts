/** What one seed stands for: a size, the faults that hit and what people do meanwhile. */
import { STAGES, type Stage } from '../../../../shared/pipeline/stages.ts';
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
  'queues.release': 1,
  'executions.start': 1,
  'executions.stop': 1,
  'executions.status': 1,
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
const FAULT_KINDS = [
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

export interface Fault {
  readonly kind: (typeof FAULT_KINDS)[number];
  /** Absent: whatever the call is. */
  readonly op?: Op;
  /** Which call of `op`, or of all, counted from 1. */
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

/** One seed, one plan. */
export function drawPlan(seed: number): Plan {
  const random = new RandomSource(seed, 0);
  const runs = random.chance(0.2) ? 2 : 1;
  const weeks = random.pick([1, 1, 2, 2, 3]);
  const quiet = random.chance(0.08);
  const size = { runs, weeks };
  return {
    seed,
    ...size,
    concurrency: random.between(2, 3),
    mapConcurrency: random.between(1, 3),
    zombies: random.chance(0.3),
    indexLagSeconds: random.pick([0, 0, 1, 30]),
    workSeconds: random.pick([1, 5, 30, 60]),
    bad: drawBad(random, weeks),
    faults: quiet ? [] : Array.from({ length: drawCount(random, 6) }, () => drawFault(random, size)),
    actions: quiet ? [] : Array.from({ length: drawCount(random, 4) - 1 }, () => drawAction(random, size)),
  };
}

/** From 1 to `max`, a smaller number being likelier. */
function drawCount(random: RandomSource, max: number): number {
  return 1 + Math.min(random.below(max), random.below(max));
}

function drawBad(random: RandomSource, weeks: number): BadWeek[] {
  return random.chance(0.2) ? [{ week: random.below(weeks), stage: random.pick(STAGES) }] : [];
}

function drawSeconds(random: RandomSource): number {
  return random.pick([0, 1, random.between(1, 20), random.between(20, 130), random.between(130, MAX_FAULT_SECONDS)]);
}

function drawFault(random: RandomSource, { runs, weeks }: { runs: number; weeks: number }): Fault {
  const kind = random.pick(FAULT_KINDS);
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

/** Kinds that are drawn more often than the others. */
const FREQUENT: readonly ActionKind[] = ['replay', 'replay', 'resend', 'sweep', 'mend-inputs', 'redrive'];

function drawAction(random: RandomSource, { runs, weeks }: { runs: number; weeks: number }): Action {
  return {
    kind: random.chance(0.6) ? random.pick(FREQUENT) : random.pick(ACTION_KINDS),
    afterCalls: random.between(1, Math.ceil(1.4 * ALL_CALLS * weeks * runs)),
    seconds: drawSeconds(random),
    run: random.below(runs),
    week: random.below(weeks),
    stage: random.pick(STAGES),
  };
}
