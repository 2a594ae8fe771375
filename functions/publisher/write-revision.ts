/** Writes a revision's files; the same bytes however often it is called for the same revision. */
import { sha256Hex } from '../../shared/pipeline/artifacts';
import type { ForecastPublished, Mail } from '../../shared/pipeline/ports';
import type { RevisionRecord, RunRecord } from '../../shared/pipeline/records';
import type { RunView } from '../../shared/pipeline/run-store';
import type { PublisherDeps } from './handler';
import type { LoadedWeek } from './load-weeks';
import { renderMail } from './mail';
import { summarise } from './summary';
import { renderTable, TABLES } from './tables';

export interface WrittenRevision {
  readonly mail: Mail;
  readonly event: ForecastPublished;
}

/** Writes the revision's files, unless they are out already. @returns what is to be mailed and announced */
export async function writeRevision(
  deps: PublisherDeps,
  view: RunView,
  record: RevisionRecord,
  weeks: readonly LoadedWeek[],
): Promise<WrittenRevision> {
  const { run } = view;
  const { blobs, location } = deps.published(run);
  const folder = `${run.runId}/r${record.revision}`;
  const at = `${location}/${folder}`;
  const summary = summarise(run, record, weeks);
  const mail = renderMail(summary, at);

  const tables = weeks.flatMap(({ result }) =>
    result ? [{ forecast: result.forecast, flags: flagsOf(result.forecast) }] : [],
  );
  const sha256: Record<string, string> = {};
  // What has been published stays: a failure's text and the stages' timings may read otherwise by now.
  const isOut = record.publishedAt !== undefined;
  const put = async (file: string, body: Buffer, contentType: string) => {
    if (!isOut) await blobs.put(`${folder}/${file}`, body, contentType);
  };
  const write = async (file: string, body: Buffer, contentType: string) => {
    sha256[file] = sha256Hex(body);
    await put(file, body, contentType);
  };
  if (record.status !== 'FAILED') {
    for (const table of TABLES)
      await write(table.file, renderTable(table, record, tables), 'text/csv; charset=utf-8');
  }
  await write('email.html', Buffer.from(mail.html), 'text/html; charset=utf-8');
  await write('email.txt', Buffer.from(mail.text), 'text/plain; charset=utf-8');
  await write('summary.json', json(summary), 'application/json');
  await put('manifest.json', json(manifestOf(view, record, weeks, sha256)), 'application/json');

  return {
    mail: { ...mail, from: deps.mail.from, to: deps.mail.to },
    event: eventOf(run, record, weeks, at),
  };
}

function flagsOf(forecast: NonNullable<LoadedWeek['result']>['forecast']): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const recipe of forecast.recipesWithoutBill) flags.set(recipe, 'no_bill_of_materials');
  return flags;
}

/** What the numbers were made from, so that they can be made again. */
function manifestOf(
  view: RunView,
  record: RevisionRecord,
  weeks: readonly LoadedWeek[],
  sha256: Readonly<Record<string, string>>,
): object {
  const { run } = view;
  const inputsOf = (loaded: LoadedWeek) => loaded.result?.inputSha256;
  const inputs = weeks.map(inputsOf).find((hashes) => hashes !== undefined) ?? {};
  const common = JSON.stringify(inputs);
  const differing = weeks.filter((week) => inputsOf(week) && JSON.stringify(inputsOf(week)) !== common);
  return {
    run_id: run.runId,
    revision: record.revision,
    code_version: run.codeVersion,
    seed: run.settings.seed,
    settings: run.settings,
    weeks: run.weeks,
    input: run.input,
    inputs,
    ...(differing.length === 0
      ? {}
      : { inputs_by_week: Object.fromEntries(differing.map((week) => [week.week, inputsOf(week)])) }),
    files: sha256,
    stages: view.stages
      .filter((row) => row.committed)
      .map(({ week, stage, committed }) => ({
        menu_week: week,
        stage,
        attempt: committed?.attempt,
        started_at: committed?.startedAt,
        committed_at: committed?.committedAt,
      })),
  };
}

function eventOf(
  run: RunRecord,
  record: RevisionRecord,
  weeks: readonly LoadedWeek[],
  location: string,
): ForecastPublished {
  return {
    version: 1,
    runId: run.runId,
    revision: record.revision,
    status: record.status === 'PUBLISHED' ? 'PUBLISHED' : 'PARTIAL',
    correction: record.correction !== undefined,
    weeks: weeks.map(({ week, result }) => ({ week, status: result ? 'COMPLETE' : 'FAILED' })),
    location,
  };
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}
