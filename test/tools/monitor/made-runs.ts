/** Runs for the monitor to show, made up: none of them needs a stack. */
import { stringify } from 'csv-stringify/sync';
import type { MenuWeek } from '../../../shared/domain/model.ts';
import type { RunId } from '../../../shared/pipeline/messages.ts';
import { STAGES } from '../../../shared/pipeline/stages.ts';
import {
  revisionKey,
  runKey,
  stageKey,
  weekKey,
  type RevisionRecord,
  type RunRecord,
  type RunStatus,
  type StageRecord,
  type StageStatus,
  type WeekRecord,
} from '../../../shared/pipeline/table/records.ts';
import type { RunView } from '../../../shared/pipeline/table/run-store.ts';
import { parseRunRequest } from '../../../shared/pipeline/settings.ts';
import type { MonitorSource, ReplayRequest } from '../../../tools/monitor/sources/source.ts';
import { listedRun } from '../../../tools/monitor/to-dto.ts';

export const TOKEN = 'a-bearer-secret-that-no-page-may-see';
const START = Date.parse('2026-11-23T08:00:00.000Z');
const at = (seconds: number) => new Date(START + 1000 * seconds).toISOString();

/** `C`omplete, `F`ailed, `R`unning, re`T`rying, `.` not begun: a letter a stage, a word a week. */
export type Stages = Readonly<Record<string, string>>;
const STATES: Readonly<Record<string, StageStatus>> = {
  C: 'COMPLETE',
  F: 'FAILED',
  R: 'RUNNING',
  T: 'RETRYING',
};

export interface MadeRun {
  readonly runId: string;
  readonly status: RunStatus;
  readonly stages: Stages;
  readonly revision?: number;
  readonly label?: string;
  readonly failureText?: string;
}

export function madeView(made: MadeRun): RunView {
  const runId = made.runId as RunId;
  const weeks = Object.keys(made.stages) as MenuWeek[];
  const failure = { error: 'InputRefused', message: made.failureText ?? 'menu.csv line 3: no recipe' };
  const run: RunRecord = {
    ...runKey(runId),
    version: 1,
    runId,
    status: made.status,
    kind: 'baseline',
    settings: parseRunRequest({}),
    input: 'inputs',
    weeks,
    ...(made.label === undefined ? {} : { label: made.label }),
    startedBy: 'ada',
    startedAt: at(0),
    ...(made.status === 'RUNNING' ? {} : { endedAt: at(30) }),
    codeVersion: '1',
    revision: made.revision ?? 0,
    runsKey: 'RUNS',
  };
  const stages = weeks.flatMap((week) =>
    Array.from(made.stages[week]).flatMap((letter, order): StageRecord[] =>
      letter === '.'
        ? []
        : [
            {
              ...stageKey(runId, week, STAGES[order]),
              version: 1,
              runId,
              week,
              stage: STAGES[order],
              status: STATES[letter],
              attempt: 1,
              fence: 1,
              claimedAt: at(8 * order),
              startedAt: at(8 * order),
              heartbeatAt: at(8 * order + 1),
              ...(letter === 'R' ? {} : { endedAt: at(8 * order + 6) }),
              deliveries: letter === 'T' ? 2 : 1,
              messageIds: ['m-1'],
              message: { v: 1, runId, week, stage: STAGES[order], attempt: 1, taskToken: TOKEN },
              tokenSha256: 'hash-of-a-secret',
              ...(letter === 'F' || letter === 'T' ? { failure } : {}),
            },
          ],
    ),
  );
  const weekRows = weeks.map((week): WeekRecord => {
    const letters = made.stages[week];
    const status = letters.includes('F')
      ? 'FAILED'
      : letters === 'CCC'
        ? 'COMPLETE'
        : letters === '...'
          ? 'PENDING'
          : 'RUNNING';
    const why = status === 'FAILED' ? { failure } : {};
    return { ...weekKey(runId, week), version: 1, runId, week, status, attempt: 1, updatedAt: at(9), ...why };
  });
  const revisions = Array.from({ length: made.revision ?? 0 }, (_, index): RevisionRecord => {
    const revision = index + 1;
    return {
      ...revisionKey(runId, revision),
      version: 1,
      runId,
      revision,
      status: 'PUBLISHED',
      attempts: {},
      createdAt: at(29 + index),
      publishedAt: at(30 + index),
      mail: { state: 'SENT', messageId: 'm', at: at(31) },
      ...(revision === 1 ? {} : { correction: { id: 'c', by: 'ada', reason: 'The caps were wrong.', at: at(28) } }),
    };
  });
  return { run, weeks: weekRows, stages, revisions };
}

/** A source over views and files that a test holds, and changes while the page looks. */
export class MadeSource implements MonitorSource {
  readonly place = '/home/ada/.larder';
  readonly views = new Map<string, RunView>();
  /** By `<run>/r<revision>/<file>`. */
  readonly files = new Map<string, Uint8Array>();
  readonly replays: ReplayRequest[] = [];
  refusal: string | undefined;

  add(made: MadeRun): void {
    this.views.set(made.runId, madeView(made));
  }

  runs = () => Promise.resolve([...this.views.values()].reverse().map(listedRun));
  view = (runId: RunId) => Promise.resolve(this.views.get(runId));
  file = (run: RunRecord, revision: number, name: string) =>
    Promise.resolve(this.files.get(`${run.runId}/r${revision}/${name}`));
  replay = (request: ReplayRequest) => {
    if (this.refusal !== undefined) return Promise.reject(new Error(this.refusal));
    this.replays.push(request);
    return Promise.resolve(`Replaying ${request.weeks.join(', ')}.`);
  };
  close = () => Promise.resolve();
}

export interface MadeForecast {
  readonly weeks: readonly string[];
  readonly days: readonly string[];
  readonly factories: readonly string[];
  readonly skus: readonly string[];
  /** Whether the columns on the last forecast are filled. */
  readonly withChanges?: boolean;
}

const HEAD = 'run_id,revision,menu_week,factory,delivery_date';
const QUANTITIES = 'p10,p50,p90,mean,placed_qty,simulated_qty,previous_p50,delta,delta_pct,flag';

/** The files of a revision. */
export function madeFiles(made: MadeForecast): Map<string, Uint8Array> {
  const { weeks, days, factories, skus } = made;
  const ingredients = [`${HEAD},sku,name,unit,${QUANTITIES}\n`];
  const utilisation = [`${HEAD},cap,boxes,utilisation,placed,simulated,p90_over_cap\n`];
  weeks.forEach((week, w) => {
    for (const date of days) {
      factories.forEach((factory, f) => {
        const start = `run,1,${week},${factory},${date}`;
        const cap = f === 0 ? 'inf' : String(100 * f);
        utilisation.push(`${start},${cap},${60 + 50 * f},,20,${40 + 50 * f},${f === 0 ? '' : 7}\n`);
        const rows = skus.map((name, s) => {
          const p50 = 10 + ((s * 7919 + w * 31 + f) % 5000);
          const delta = made.withChanges ? [p50 - (s % 3), s % 3, s % 3] : ['', '', ''];
          const quantities = [p50 - 5, p50, p50 + 9, `${p50}.25`, 4, p50 - 4, ...delta, ''];
          return [...start.split(','), `SKU-${s}`, name, 'pack', ...quantities];
        });
        ingredients.push(stringify(rows));
      });
    }
  });
  const summary = {
    weeks: weeks.map((menu_week) => ({ menu_week, boxes: 500, placed: 100, unallocated: 3 })),
    totals: { boxes: 500 * weeks.length, placed: 100 * weeks.length, unallocated: 3 * weeks.length },
    wmape_site: made.withChanges ? 0.12 : null,
    wmape_global: made.withChanges ? 0.1 : null,
    sites: factories.map((factory) => ({ factory, name: `Factory ${factory}` })),
    alerts: [{ severity: 'error', menu_week: weeks[0], message: '3 boxes fit no factory' }],
  };
  const text = (parts: readonly string[]) => Buffer.from(parts.join(''));
  return new Map([
    ['ingredients.csv', text(ingredients)],
    ['utilisation.csv', text(utilisation)],
    ['summary.json', text([JSON.stringify(summary)])],
  ]);
}
