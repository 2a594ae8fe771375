/** Writes a revision's files; the same bytes however often it is called for the same revision. */
import { sha256Hex } from '../../shared/pipeline/artifacts.ts';
import type { ForecastPublished } from '../../shared/pipeline/events.ts';
import type { Blobs, Mail, MailAttachment } from '../../shared/pipeline/ports.ts';
import * as z from '../../shared/pipeline/schema.ts';
import type { RunRecord } from '../../shared/pipeline/table/records.ts';
import type { PublisherDeps } from './deps.ts';
import { correctionOf } from './corrections.ts';
import { forecastRecords, jsonLines } from '../../shared/report/downstream.ts';
import { eventOf } from '../../shared/report/event.ts';
import type { RevisionParts } from '../../shared/report/loaded-week.ts';
import { manifestOf } from '../../shared/report/manifest.ts';
import type { PublishedFile } from '../../shared/report/mail/files.ts';
import { summarise } from '../../shared/report/summary.ts';
import { renderTable, csvRows } from '../../shared/report/tables.ts';
import { TABLES, TABLE_NAMES } from '../../shared/report/columns.ts';

const WORKBOOK_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export interface WrittenRevision {
  readonly mail: Mail;
  readonly event: ForecastPublished;
}

/** Writes the revision's files, unless they are out already. @returns what is to be mailed and announced */
export async function writeRevision(deps: PublisherDeps, parts: RevisionParts): Promise<WrittenRevision> {
  const { run, record, basis, weeks } = parts;
  const { thresholds } = deps;
  const { blobs, location } = deps.published(run);
  const folder = `${run.runId}/r${record.revision}`;
  const at = `${location}/${folder}`;
  const revisions = record.revision > 1 ? await deps.store.revisions(run.runId) : [];
  const before = revisions.find(({ revision }) => revision === record.revision - 1);
  const corrects = await correctionOf(deps, before, basis, weeks, thresholds);
  const summary = summarise({ run, record, basis, weeks, corrects, thresholds });

  const tables = weeks.flatMap(({ result, ...week }) => (result ? [{ ...week, forecast: result.forecast }] : []));
  const sha256: Record<string, string> = {};
  // What has been published stays, whatever code reads it later.
  const isOut = record.publishedAt !== undefined;
  const put = async (file: string, body: Buffer, contentType: string) => {
    if (!isOut) await blobs.put(`${folder}/${file}`, body, contentType);
  };
  const sizes = new Map<string, number>();
  const write = async (file: string, body: Buffer, contentType: string) => {
    sha256[file] = sha256Hex(body);
    sizes.set(file, body.length);
    await put(file, body, contentType);
  };
  const candidates: MailAttachment[] = [];
  if (record.status !== 'FAILED') {
    for (const name of TABLE_NAMES) {
      const body = renderTable(name, record, tables, thresholds);
      await write(TABLES[name].file, body, 'text/csv; charset=utf-8');
    }
    const { parquet } = await import('../../shared/report/downstream-parquet.ts');
    const records = () => forecastRecords(record, tables, thresholds);
    await write('forecast.jsonl', jsonLines(records()), 'application/jsonl');
    await write('forecast.parquet', parquet(records()), 'application/vnd.apache.parquet');
    const { renderWorkbook } = await import('../../shared/report/workbook/workbook.ts');
    const workbook = renderWorkbook({
      summary,
      rowsOf: (name) => csvRows(name, record, tables, thresholds),
      settings: run.settings,
      input: run.input,
      inputSha256: weeks.find(({ result }) => result)?.result?.inputSha256 ?? {},
      codeVersion: run.codeVersion,
      thresholds,
    });
    await write('forecast.xlsx', workbook, WORKBOOK_TYPE);
    candidates.push({ filename: 'forecast.xlsx', contentType: WORKBOOK_TYPE, body: workbook });
  }
  const { inlinePictures, renderMail, standalone } = await import('../../shared/report/mail/mail.ts');
  const { fitting } = await import('../../shared/report/mail/attachments.ts');
  const attachments = fitting(candidates);
  const mail = renderMail(summary, publishedFiles(sizes, attachments), at);
  await write('email.html', Buffer.from(standalone(mail)), 'text/html; charset=utf-8');
  await write('email.txt', Buffer.from(mail.text), 'text/plain; charset=utf-8');
  await write('summary.json', json(summary), 'application/json');
  await put('manifest.json', json(manifestOf(parts, sha256, thresholds)), 'application/json');

  return {
    mail: {
      ...deps.mail,
      runId: run.runId,
      revision: record.revision,
      to: recipientsOf(run, deps.mail.to),
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      attachments: [...inlinePictures(mail), ...attachments],
    },
    event: eventOf(parts, at, isOut ? await filesOut(blobs, folder) : sha256),
  };
}

function publishedFiles(sizes: ReadonlyMap<string, number>, attachments: readonly MailAttachment[]): PublishedFile[] {
  return [...sizes].map(([file, bytes]) => ({
    file,
    bytes,
    attached: attachments.some(({ filename }) => filename === file),
  }));
}

/** The Planning team; of a what-if, only who asked. */
function recipientsOf({ kind, settings }: RunRecord, team: readonly string[]): readonly string[] {
  return kind === 'what-if' ? (settings.notify ?? []) : team;
}

const manifestSchema = z.object({ files: z.record(z.string(), z.string()) });

/** The files of a revision that is out, as its manifest lists them. */
async function filesOut(blobs: Blobs, folder: string): Promise<Readonly<Record<string, string>>> {
  const bytes = await blobs.get(`${folder}/manifest.json`);
  return manifestSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))).files;
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}
