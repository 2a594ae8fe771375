import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pc from 'picocolors';
import type { MenuWeek } from '../../../shared/domain/model.ts';
import type { Stage } from '../../../shared/pipeline/stages.ts';
import { planReplay, sendReplay, type ReplayPlan, type WhichWeeks } from '../../../shared/pipeline/run/replay.ts';
import { correctionName, publicationName } from '../../../shared/pipeline/table/execution-names.ts';
import type { RunView } from '../../../shared/pipeline/table/run-store.ts';
import type { Backend, Place } from '../../backends/backend.ts';
import { openBackend, openReader } from '../../backends/open.ts';
import { withOpen } from '../../with-open.ts';
import { costOf } from '../../cost/cost.ts';
import { replayUsage } from '../../cost/replay.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { findRun } from '../find-run.ts';
import { tableOf } from '../terminal/format.ts';
import { checkOutFolder } from '../out-folder.ts';
import { followRun } from '../terminal/progress.ts';
import { reportRevision } from '../report-revision.ts';
import { STATE_DIRECTORY } from '../state-directory.ts';
import { operator } from '../operator.ts';

/** The options of `larder replay`, as typed. */
export interface ReplayOptions {
  readonly week: readonly string[];
  readonly from?: Stage | undefined;
  readonly missing?: true | undefined;
  readonly failed?: true | undefined;
  readonly reason?: string | undefined;
  readonly dryRun?: true | undefined;
  readonly out: string;
  readonly on: Place;
  readonly json?: boolean | undefined;
}

/** How long the command waits; a replay ends by itself long before. */
const MAX_WAIT_MS = 60 * 60 * 1000;
const MAX_REASON_CHARACTERS = 1024;

/** `larder replay` */
export async function replayCommand(runId: string, options: ReplayOptions): Promise<number> {
  const which = whichWeeks(options);
  const reason = options.reason?.trim() ?? '';
  if (options.dryRun !== true && (reason === '' || reason.length > MAX_REASON_CHARACTERS))
    throw new UsageError(`--reason: expected why, in 1 to ${MAX_REASON_CHARACTERS} characters.`);
  const at = new Date();
  const replay = { id: `replay-${randomUUID()}`, by: operator(), reason, at: at.toISOString() };
  const planFor = (view: RunView) => planReplay(view, which, options.from, replay, at.getTime());
  return options.dryRun ? dryRun(runId, options, planFor) : replayNow(runId, options, planFor);
}

type Planner = (view: RunView) => ReplayPlan;

async function replayNow(runId: string, { out, on, json = false }: ReplayOptions, planFor: Planner): Promise<number> {
  // A local run's corrections go where the run itself went.
  if (on === 'aws') await checkOutFolder(out);
  return withOpen(openBackend(on, STATE_DIRECTORY), async (backend) => {
    const plan = planFor(await findRun(backend, runId));
    const before = Date.now();
    await sendReplay(backend, plan);
    await followRun(backend, plan.runId, ended(backend, plan), json);
    const after = await findRun(backend, runId);
    const code = await reportRevision(backend, after, { out, json, tookMs: Date.now() - before });
    return Math.max(code, reportFailedAgain(after, plan));
  });
}

function dryRun(runId: string, { on, json = false }: ReplayOptions, planFor: Planner): Promise<number> {
  return withOpen(openReader(on, STATE_DIRECTORY), async (reader) => {
    const view = await findRun(reader, runId);
    printPlan(view, planFor(view), json);
    return EXIT.published;
  });
}

function whichWeeks({ week, missing, failed }: ReplayOptions): WhichWeeks {
  const asked = [week.length > 0, missing === true, failed === true].filter(Boolean).length;
  if (asked === 0) throw new UsageError('Say which weeks: --week 2026-W50 (repeatable), --failed or --missing.');
  if (asked > 1) throw new UsageError('--week, --failed and --missing exclude one another: say one of them.');
  if (failed) return 'failed';
  return missing ? 'missing' : (week.flatMap((list) => list.split(',')) as MenuWeek[]);
}

function printPlan(view: RunView, plan: ReplayPlan, json: boolean): void {
  const cost = costOf(plan.weeks.length, replayUsage(view, plan));
  if (json) {
    const weeks = plan.weeks.map(({ week, from, message: { attempt } }) => ({ menu_week: week, from, attempt }));
    const document = { run_id: plan.runId, weeks, publish: plan.unpublished, usd: cost.usd };
    process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  const table = tableOf(['Week', 'From', 'As attempt', 'And then']);
  for (const { week, from, message, carriesOn } of plan.weeks)
    table.push([week, from, message.attempt, carriesOn ? 'its execution carries on' : 'the stages after it']);
  const publish =
    plan.weeks.length > 0
      ? `Then revision ${view.run.revision + 1} is published, marked as a correction.`
      : `Nothing is computed: ${plan.unpublished.join(', ')} would be published as revision ${view.run.revision + 1}.`;
  process.stdout.write(
    `${plan.weeks.length > 0 ? `${table.toString()}\n` : ''}${publish}\nOn AWS it would cost about $${cost.usd.toFixed(6)}. Nothing has been sent: leave out --dry-run.\n`,
  );
}

/** Resolves when every week of the replay has settled and what it asked for is published. */
async function ended(backend: Backend, plan: ReplayPlan): Promise<void> {
  const until = Date.now() + MAX_WAIT_MS;
  while (Date.now() < until) {
    if (await isOver(backend, plan)) return;
    await wait(backend.pollMs);
  }
  throw new Error(`The replay goes on after an hour. Look at it with: larder status ${plan.runId}`);
}

async function isOver(backend: Backend, plan: ReplayPlan): Promise<boolean> {
  const hasEnded = async (execution: string) =>
    !['RUNNING', 'UNKNOWN'].includes(await backend.executions.status(execution));
  if (plan.weeks.length === 0) return hasEnded(publicationName(plan.runId, plan.replay));
  const view = await backend.store.view(plan.runId);
  if (!view || view.run.status === 'CANCELLED') return true;
  for (const { week, message, carriesOn } of plan.weeks) {
    if (carriesOn) {
      if (!(await hasEnded(plan.runId))) return false;
      continue;
    }
    const now = view.weeks.find((item) => item.week === week);
    if (!now || now.attempt > message.attempt) continue;
    if (now.replay?.id !== plan.replay.id) return false;
    if (now.status !== 'COMPLETE' && now.status !== 'FAILED') return false;
    const asked = { runId: plan.runId, week: now.week, attempt: now.attempt };
    if (!(await hasEnded(correctionName(asked, plan.replay)))) return false;
  }
  return true;
}

/** Names the weeks that failed again on standard error. @returns the exit code that says so */
function reportFailedAgain(view: RunView, plan: ReplayPlan): number {
  const replayed = new Set(plan.weeks.map(({ week }) => week));
  const failed = view.weeks.filter(({ week, status }) => replayed.has(week) && status === 'FAILED');
  for (const { week, failure } of failed)
    process.stderr.write(pc.red(`${week} failed again. ${failure?.error ?? ''}: ${failure?.message ?? ''}\n`));
  return failed.length > 0 ? EXIT.partial : EXIT.published;
}
