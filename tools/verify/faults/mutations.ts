/** Mistakes that the simulation must find: each is one snippet of the product's source, put in another's place. */

export interface Mutation {
  readonly name: string;
  /** What the mistake is. */
  readonly what: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

const STAGE_WORKER = 'shared/pipeline/stage/stage-worker.ts';
const CLAIM = 'shared/pipeline/stage/claim.ts';
const DECIDE = 'shared/pipeline/stage/decide.ts';
const HAND_OFF = 'shared/pipeline/stage/hand-off.ts';
const QUARANTINE = 'shared/pipeline/stage/quarantine.ts';
const HEARTBEAT = 'shared/pipeline/stage/heartbeat.ts';
const PUBLISHER = 'functions/publisher/handler.ts';
/** Where the definition is read that CDK synthesizes. */
const WORKFLOW = 'tools/verify/faults/sim/cloud/workflow.ts';

/** Of the definition's states, these catch nothing. */
function withoutCatch(...states: string[]): Pick<Mutation, 'file' | 'find' | 'replace'> {
  const nothing = `[{ ErrorEquals: ['Nothing'], Next: value.Catch[0].Next }]`;
  return {
    file: WORKFLOW,
    find: `new StateMachine(stateMachine.definition, calls, {`,
    replace: `new StateMachine(JSON.parse(JSON.stringify(stateMachine.definition, (name, value) =>
      ${JSON.stringify(states)}.includes(name) ? { ...value, Catch: ${nothing} } : value)), calls, {`,
  };
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'skip-the-fence',
    what: 'a worker commits under a fence that it has lost',
    file: CLAIM,
    find: `if (!now || now.fence !== row.fence || now.status !== 'RUNNING') {`,
    replace: `if (!now) {`,
  },
  {
    name: 'same-fence-for-all',
    what: 'a claim does not raise the fence',
    file: CLAIM,
    find: `fence: (row?.fence ?? 0) + 1,`,
    replace: `fence: row?.fence ?? 1,`,
  },
  {
    name: 'acknowledge-before-commit',
    what: 'the message is acknowledged when the work has begun',
    file: STAGE_WORKER,
    find: `return handOff(deps, await compute(deps, found, message, delivery, work), message);`,
    replace: `void compute(deps, found, message, delivery, work).then((row) => handOff(deps, row, message)); return;`,
  },
  {
    name: 'acknowledge-a-failed-delivery',
    what: 'a transient error acknowledges the message',
    file: STAGE_WORKER,
    find: `    await deps.queues.changeVisibility(stage, delivery, delay);
    throw error;`,
    replace: `    await deps.queues.changeVisibility(stage, delivery, delay);`,
  },
  {
    name: 'key-on-the-message-id',
    what: 'every message with an id not seen before is a replay, the state machine’s own retry too',
    file: DECIDE,
    find: `return !(hasNewToken && run !== undefined && wasUnderWay(run, delivery.sentAt));`,
    replace: `return run !== undefined;`,
  },
  {
    name: 'call-back-before-commit',
    what: 'the task is told the result before the table is',
    file: STAGE_WORKER,
    find: `    const done = await commit(deps, row, (now) => complete(now, row, result, deps.clock.now()));`,
    replace: `    const { runId, week, stage, attempt } = row;
    if (message.taskToken !== undefined)
      await deps.callbacks.succeed(message.taskToken, { runId, week, stage, attempt, ...result.artifact }).catch(() => undefined);
    const done = await commit(deps, row, (now) => complete(now, row, result, deps.clock.now()));`,
  },
  {
    name: 'dead-token-is-a-failure',
    what: 'a token that is dead fails the delivery',
    file: HAND_OFF,
    find: `    deps.log.info(LogEvent.TokenDead, fields);
    return false;`,
    replace: `    throw error;`,
  },
  {
    name: 'skip-a-duplicate',
    what: 'a message whose stage is done is acknowledged without an answer',
    file: STAGE_WORKER,
    find: `    case 'answer':
      return handOff(deps, found.row, message);`,
    replace: `    case 'answer':
      return;`,
  },
  {
    name: 'retry-a-permanent-error',
    what: 'a permanent error is tried again',
    file: STAGE_WORKER,
    find: `if (error instanceof PermanentError) {`,
    replace: `if (!(error instanceof Error)) {`,
  },
  {
    name: 'replay-stands-still',
    what: 'a replay whose token is dead is not passed on',
    file: HAND_OFF,
    find: `if (!answered && replay && row.handoff === 'PENDING') await passOn(deps, row, replay);`,
    replace: ``,
  },
  {
    name: 'replay-of-a-cancelled-run',
    what: 'a cancelled run accepts a replay',
    file: DECIDE,
    find: `if (run.status === 'CANCELLED')`,
    replace: `if (run.status === 'CANCELLED' && !message.replay)`,
  },
  {
    name: 'lose-the-poison',
    what: 'the body of a message that nobody can read is thrown away',
    file: QUARANTINE,
    find: `  await deps.artifacts.put(key, Buffer.from(kept, 'utf8'), 'application/json');`,
    replace: ``,
  },
  {
    name: 'token-in-the-poison',
    what: 'a body is kept with its token',
    file: QUARANTINE,
    find: `withoutToken(delivery.body, taskToken)`,
    replace: `delivery.body`,
  },
  {
    name: 'token-in-the-log',
    what: 'a token is logged',
    file: STAGE_WORKER,
    find: `    decision: found.kind,`,
    replace: `    decision: found.kind, taskToken: message.taskToken,`,
  },
  {
    name: 'dead-letter-without-an-answer',
    what: 'the dead-letter consumer leaves a settled stage’s token alone',
    file: 'shared/pipeline/stage/dead-letter.ts',
    find: `  if (row) await handOff(deps, row, message);
  else await`,
    replace: `  if (!row) await`,
  },
  {
    name: 'heartbeat-never-stops',
    what: 'the heartbeat goes on when the work is over',
    file: 'shared/pipeline/stage/heartbeat.ts',
    find: `      stopped = true;
      cancel();`,
    replace: ``,
  },
  {
    name: 'mail-without-the-record',
    what: 'the mail is sent although the table says that another sends it',
    file: 'functions/publisher/mail-once.ts',
    find: `if (after?.mail.state !== 'SENDING' || after.mail.sender !== sender) return;`,
    replace: `if (after?.mail.state !== 'SENDING') return;`,
  },
  {
    name: 'latest-before-the-files',
    what: 'latest.json moves before the files are there',
    file: PUBLISHER,
    find: `  const files = await writeRevision(deps, { run: view.run, record, basis, weeks });`,
    replace: `  if (record.status !== 'FAILED') await moveLatest(deps, view.run, record, weeks);
  const files = await writeRevision(deps, { run: view.run, record, basis, weeks });`,
  },
  {
    name: 'latest-goes-backwards',
    what: 'an older revision of a run moves the pointer back',
    file: 'functions/publisher/latest.ts',
    find: `if (now.runId === run.runId) return record.revision > now.revision;`,
    replace: `if (now.runId === run.runId) return true;`,
  },
  {
    name: 'latest-file-without-condition',
    what: 'latest.json is written whatever another publisher has written meanwhile',
    file: 'functions/publisher/latest.ts',
    find: `if (await blobs.replace(FILE, body, 'application/json', file?.version)) return;`,
    replace: `return blobs.put(FILE, body, 'application/json');`,
  },
  {
    name: 'publish-twice',
    what: 'a revision is not found again by the attempts that it holds',
    file: PUBLISHER,
    find: `if (found && isWanted(found)) return found;`,
    replace: ``,
  },
  {
    name: 'publish-an-old-reading',
    what: 'a publisher that a replay has overtaken publishes what it had read before',
    file: PUBLISHER,
    find: `if (found && run.weeks.some((week) => (found.attempts[week] ?? 0) > attempts[week])) return undefined;`,
    replace: ``,
  },
  {
    name: 'first-message-is-a-re-send',
    what: 'the run’s own first message of a week that a replay has failed is taken for a re-send',
    file: DECIDE,
    find: `return !(isFirstOfRun && run !== undefined && wasUnderWay(run, delivery.sentAt));`,
    replace: `return run !== undefined || isFirstOfRun;`,
  },
  {
    name: 'weeks-nobody-wrote',
    what: 'a run whose Configurator died leaves weeks out of the table',
    file: 'shared/pipeline/table/fail-week.ts',
    find: `    await deps.store.addWeek(missing);`,
    replace: ``,
  },
  {
    name: 'week-without-a-catch',
    what: 'a week whose failure cannot be recorded fails the Map',
    ...withoutCatch('RecordWeekFailure'),
  },
  {
    name: 'map-without-a-catch',
    what: 'the same, and a Map that has failed fails the execution',
    ...withoutCatch('RecordWeekFailure', 'Weeks'),
  },
  {
    name: 'attempt-of-the-message',
    what: 'the next stage takes the attempt of its message, not the one that the stage before has committed',
    file: 'shared/pipeline/stage/attempt.ts',
    find: `  if (!row || attempt <= message.attempt) return { message };`,
    replace: `  if (row || !row) return { message };`,
  },
  {
    name: 'token-not-asked',
    what: 'a token not seen before, of a run that has ended, is taken for a hand replay',
    file: DECIDE,
    find: `if (situation.tokenLives === undefined && mayBeRedriven(situation, run, week)) return { kind: 'ask' };`,
    replace: ``,
  },
  {
    name: 'interrupted-is-answered',
    what: 'what the sweeper has ended is answered with its failure after a redrive',
    file: DECIDE,
    find: `if (situation.tokenLives && isInterrupted(row)) return { kind: 'compute', attempt: row.attempt };`,
    replace: ``,
  },
  {
    name: 'run-stays-ended',
    what: 'a run whose execution was redriven stays FAILED while it goes on',
    file: CLAIM,
    find: `if (tokenLives) await reopenRun(deps.store, runId);`,
    replace: ``,
  },
  {
    name: 'weeks-stay-unended',
    what: 'the Publisher leaves the weeks that nobody ended as they are',
    file: PUBLISHER,
    find: `if (!correction && (await failUnendedWeeks(deps, view, mapFailure))) return again();`,
    replace: ``,
  },
  {
    name: 'schedule-not-claimed',
    what: 'every execution of one scheduled time forecasts',
    file: 'functions/configurator/handler.ts',
    find: `if (first !== runId) {`,
    replace: `if (!first) {`,
  },
  {
    name: 'unstarted-run-untold',
    what: 'a run whose Configurator failed leaves no record',
    file: 'functions/failure-recorder/handler.ts',
    find: `  if (parsed.startedAt !== undefined) await addUnstartedRun(deps, parsed, parsed.startedAt);`,
    replace: ``,
  },
  {
    name: 'visibility-of-the-queue',
    what: 'a worker leaves its delivery the visibility timeout of the queue',
    file: CLAIM,
    find: `      keepDelivery(deps, stage, delivery),`,
    replace: ``,
  },
  {
    name: 'visibility-not-extended',
    what: 'the heartbeat does not extend the visibility that the worker has shortened',
    file: HEARTBEAT,
    find: `    else if (!isOver()) await keepDelivery(deps, row.stage, delivery);`,
    replace: ``,
  },
  {
    name: 'visibility-without-the-fence',
    what: 'a worker that knows that it has lost its fence keeps its message from others',
    file: HEARTBEAT,
    find: `    if (!isMine) abort.abort();
    else if (!isOver()) await keepDelivery(deps, row.stage, delivery);`,
    replace: `    if (!stopped) await keepDelivery(deps, row.stage, delivery);
    if (!isMine) abort.abort();`,
  },
];
