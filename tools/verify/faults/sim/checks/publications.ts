/** What is published: revisions, files, mails, events and the pointers to the newest. */
import { LATEST_KEY, type LatestRecord, type RevisionRecord } from '../../../../../shared/pipeline/table/records.ts';
import type { ForecastPublished } from '../../../../../shared/pipeline/events.ts';
import type { Mail, TableItem } from '../../../../../shared/pipeline/ports.ts';
import type { RunId } from '../../../../../shared/pipeline/messages.ts';
import type { Summary } from '../../../../../shared/report/summary.ts';
import type { Published } from '../../../../../functions/publisher/handler.ts';
import type { Process } from '../cloud/process.ts';
import { isLatest, isRevision, isRun, rowsOf } from './rows.ts';
import { boxesOf } from '../replacements/tiny-domain.ts';
import type { SimulatedCloud } from '../cloud/simulated-cloud.ts';
import type { Observations } from './observations.ts';

type Named = Pick<LatestRecord, 'runId' | 'revision'>;

export interface PublisherEvent {
  readonly runId: RunId;
  /** The replay that the publication is for; absent: it is the run's own. */
  readonly correction?: unknown;
}

/** `run_id/rN` of a mail's text. */
const REVISION_OF_MAIL = /Run (\S+), revision (\d+)/;

export class Publications {
  /** How often each revision was mailed. */
  readonly mails = new Map<string, number>();
  /** The revisions that were announced. */
  private readonly events = new Set<string>();
  /** The newest committed forecasts at the moment a publisher began, as attempts by week. */
  private readonly committedAt = new Map<number, Readonly<Record<string, number>>>();
  /** The same of the newest publisher of each run's own pass. */
  private readonly ownPasses = new Map<string, Readonly<Record<string, number>>>();
  private latestFile: Named | undefined;

  constructor(
    private readonly cloud: SimulatedCloud,
    private readonly seen: Observations,
  ) {}

  /** A publisher begins: what it publishes must be at least this new. */
  began(process: Process, { runId, correction }: PublisherEvent): void {
    const committed = this.committed(runId);
    this.committedAt.set(process.id, committed);
    if (correction === undefined) this.ownPasses.set(runId, committed);
  }

  /** What was committed when the run's own publication began, as attempts by week. */
  ownPass(runId: RunId): Readonly<Record<string, number>> {
    return this.ownPasses.get(runId) ?? {};
  }

  /** A publisher has answered: all that follows from a revision has been done. */
  ended({ runId, revision, status }: Published): void {
    if (status === 'SKIPPED' || rowsOf(this.cloud).run(runId)?.status === 'CANCELLED') return;
    const name = `${runId} r${revision}`;
    const row = rowsOf(this.cloud).revision(runId, revision);
    if (row?.publishedAt === undefined || row.mail.state === 'NONE') {
      this.seen.broken('announced', `${name} was reported as published and is not`);
    }
    if (status !== 'FAILED' && !this.events.has(name)) this.seen.broken('announced', `${name} was not announced`);
  }

  put(item: TableItem, before: TableItem | undefined, writer: Process): void {
    if (isRevision(item)) this.revisionPut(item, before, writer);
    else if (isLatest(item)) this.latestPut(item, before as LatestRecord | undefined);
    else if (isRun(item) && item.revision > 0) {
      const revision = rowsOf(this.cloud).revision(item.runId, item.revision);
      if (revision?.publishedAt === undefined)
        this.seen.broken('table-tells-the-truth', `${item.runId} is at a revision that is not published`);
    }
  }

  filePut(key: string, body: Uint8Array, before: Uint8Array | undefined): void {
    if (key === 'latest.json') return this.latestFilePut(body);
    if (before && Buffer.compare(before, body) !== 0 && this.isOfPublished(key)) {
      this.seen.broken('files-are-final', `${key} has changed`);
    }
    if (key.endsWith('/summary.json')) this.summaryPut(key, body);
  }

  mailed(mail: Mail): string {
    const [, runId, revision] = REVISION_OF_MAIL.exec(mail.text) ?? [];
    const key = `${runId} r${revision}`;
    const count = (this.mails.get(key) ?? 0) + 1;
    this.mails.set(key, count);
    if (count > 1) this.seen.broken('one-mail-per-revision', `${key} was mailed ${count} times`);
    return `mail-${this.mails.size}`;
  }

  announced({ runId, revision }: ForecastPublished): void {
    this.events.add(`${runId} r${revision}`);
  }

  private committed(runId: RunId): Record<string, number> {
    const rows = rowsOf(this.cloud);
    return Object.fromEntries(
      this.cloud.inputs.weeks.map((week) => [week, rows.stage(runId, week, 'forecast')?.committed?.attempt ?? 0]),
    );
  }

  private revisionPut(revision: RevisionRecord, before: TableItem | undefined, writer: Process): void {
    const { runId } = revision;
    const name = `${runId} r${revision.revision}`;
    if (before) {
      if (JSON.stringify((before as RevisionRecord).attempts) !== JSON.stringify(revision.attempts))
        this.seen.broken('files-are-final', `${name} holds other attempts than before`);
      if (revision.publishedAt !== undefined) this.hasItsFiles(revision);
      return;
    }
    if (this.seen.wasCancelledFor(writer, revision.pk)) {
      this.seen.broken('cancelled-stays-cancelled', `${name} of a cancelled run was begun`);
    }
    const others = rowsOf(this.cloud)
      .revisions(runId)
      .filter((one) => one.revision !== revision.revision);
    if (others.length !== revision.revision - 1) this.seen.broken('one-revision-per-state', `${name} leaves a gap`);
    const known = this.committedAt.get(writer.id) ?? {};
    for (const week of this.cloud.inputs.weeks) {
      const attempt = revision.attempts[week] ?? 0;
      if (attempt < (known[week] ?? 0)) {
        this.seen.broken(
          'newest-attempts-published',
          `${name} holds attempt ${attempt} of ${week}, not ${known[week]}`,
        );
      }
      for (const other of others) {
        if (attempt < (other.attempts[week] ?? 0))
          this.seen.broken('revisions-rise', `${name} holds an older attempt of ${week} than r${other.revision}`);
      }
    }
    for (const other of others) {
      if (this.cloud.inputs.weeks.every((week) => other.attempts[week] === revision.attempts[week]))
        this.seen.broken('one-revision-per-state', `${name} holds what r${other.revision} holds`);
    }
  }

  /** The row says that its files are there. */
  private hasItsFiles({ runId, revision, status, attempts }: RevisionRecord): void {
    const folder = `${runId}/r${revision}`;
    const missing = ['summary.json', 'manifest.json', ...(status === 'FAILED' ? [] : ['utilisation.csv'])].filter(
      (file) => !this.cloud.published.blobs.has(`${folder}/${file}`),
    );
    if (missing.length > 0)
      this.seen.broken('table-tells-the-truth', `${folder} is published without ${missing.join(', ')}`);
    const held = Object.values(attempts).filter((attempt) => attempt > 0).length;
    const right = held === 0 ? 'FAILED' : held < this.cloud.inputs.weeks.length ? 'PARTIAL' : 'PUBLISHED';
    if (status !== right) this.seen.broken('table-tells-the-truth', `${folder} is ${status} and should be ${right}`);
  }

  /** Whether the file's revision is published. */
  private isOfPublished(key: string): boolean {
    const [, runId, revision] = /^([^/]+)\/r(\d+)\//.exec(key) ?? [];
    return rowsOf(this.cloud).revision(runId as RunId, Number(revision))?.publishedAt !== undefined;
  }

  private summaryPut(key: string, body: Uint8Array): void {
    const summary = JSON.parse(Buffer.from(body).toString('utf8')) as Summary;
    const revision = rowsOf(this.cloud).revision(summary.run_id as RunId, summary.revision);
    for (const { menu_week: week, attempt: shown, status, boxes } of summary.weeks) {
      // Of a week that failed it says the attempt that did.
      const attempt = status === 'COMPLETE' ? shown : 0;
      if (attempt !== (revision?.attempts[week] ?? 0)) {
        this.seen.broken('newest-attempts-published', `${key} shows attempt ${attempt} of ${week}`);
      }
      const isRight = this.cloud.inputs.versions.some((version) => boxesOf(week, version) === boxes);
      if (boxes !== null && !isRight) this.seen.broken('published-numbers', `${key} says ${boxes} boxes for ${week}`);
      if ((boxes === null) !== (attempt === 0)) {
        this.seen.broken('published-numbers', `${key} has no number for ${week}, attempt ${attempt}`);
      }
    }
  }

  private latestPut(item: LatestRecord, before: LatestRecord | undefined): void {
    if (before && this.isOlder(item, before)) {
      this.seen.broken('latest-never-back', `the pointer went from ${nameOf(before)} to ${nameOf(item)}`);
    }
    const row = rowsOf(this.cloud).revision(item.runId, item.revision);
    if (row?.publishedAt === undefined)
      this.seen.broken('latest-is-published', `the pointer is at ${nameOf(item)}, which is not out`);
  }

  /** When nothing is left to happen: latest.json is where the pointer is. */
  checkLatest(): void {
    const pointer = this.pointer();
    if (pointer && (!this.latestFile || this.isOlder(this.latestFile, pointer))) {
      const file = this.latestFile ? nameOf(this.latestFile) : 'missing';
      this.seen.broken('latest-never-back', `latest.json is ${file}, the pointer at ${nameOf(pointer)}`);
    }
  }

  private pointer(): LatestRecord | undefined {
    return this.cloud.table.get(LATEST_KEY.pk, LATEST_KEY.sk) as LatestRecord | undefined;
  }

  /** Of runs, the one that started before. */
  private isOlder(a: Named, b: Named): boolean {
    if (a.runId === b.runId) return a.revision < b.revision;
    const startOf = ({ runId }: Named) => `${rowsOf(this.cloud).run(runId)?.startedAt} ${runId}`;
    return startOf(a) < startOf(b);
  }

  private latestFilePut(body: Uint8Array): void {
    const file = JSON.parse(Buffer.from(body).toString('utf8')) as Summary;
    const now = { runId: file.run_id as RunId, revision: file.revision };
    if (this.latestFile && this.isOlder(now, this.latestFile)) {
      this.seen.broken('latest-never-back', `latest.json went from ${nameOf(this.latestFile)} to ${nameOf(now)}`);
    }
    this.latestFile = now;
    const pointer = this.pointer();
    if (!pointer || this.isOlder(pointer, now)) {
      this.seen.broken('table-tells-the-truth', `latest.json is at ${nameOf(now)}, which the table does not know`);
    }
  }
}

function nameOf({ runId, revision }: Named): string {
  return `${runId} r${revision}`;
}
