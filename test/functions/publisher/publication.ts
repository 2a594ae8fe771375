/** Runs whose weeks are forecast, in a world in memory, ready to be published. */
import { parse } from 'csv-parse/sync';
import type { PublisherDeps } from '../../../functions/publisher/deps.ts';
import { publish } from '../../../functions/publisher/handler.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { DEFAULT_THRESHOLDS } from '../../../shared/report/alerts/thresholds.ts';
import { forecastSites } from '../../../shared/domain/forecast/forecast.ts';
import type { MenuWeek } from '../../../shared/domain/model.ts';
import { simulateOrders } from '../../../shared/domain/orders/simulate-orders.ts';
import { putArtifact } from '../../../shared/pipeline/artifacts.ts';
import type { ForecastPublished } from '../../../shared/pipeline/events.ts';
import type { Replay, RunId } from '../../../shared/pipeline/messages.ts';
import type { Mail } from '../../../shared/pipeline/ports.ts';
import type { RunRecord } from '../../../shared/pipeline/table/records.ts';
import type { WeekForecast } from '../../../shared/pipeline/inputs/snapshot.ts';
import { smallSample, weekOf, type Files } from '../../shared/pipeline/inputs/files.ts';
import { MemoryBlobs, RUN, START, World } from '../../shared/pipeline/world.ts';

// Forecasts whole weeks, also on a busy computer.
jest.setTimeout(60_000);

export const WEEKS = ['2026-W49', '2026-W50'] as MenuWeek[];
const settings = { seed: 1, constraints: {}, scenarios: 20 };

export class Publication {
  readonly world = new World();
  readonly published = new MemoryBlobs();
  readonly mails: Mail[] = [];
  readonly events: ForecastPublished[] = [];
  mailError: Error | undefined;

  readonly deps: PublisherDeps = {
    ...this.world.deps,
    published: () => ({ blobs: this.published, location: 'files' }),
    thresholds: DEFAULT_THRESHOLDS,
    mail: { from: 'larder@example.com', to: ['planning@example.com'] },
    mailer: {
      send: (mail) => {
        if (this.mailError) return Promise.reject(this.mailError);
        this.mails.push(mail);
        return Promise.resolve(`mail-${this.mails.length}`);
      },
    },
    events: {
      forecastPublished: (event) => {
        this.events.push(event);
        return Promise.resolve();
      },
    },
  };

  /** A run of two weeks, with the given ones forecast. */
  static async of(complete: readonly MenuWeek[], files: Files = smallSample()): Promise<Publication> {
    const publication = new Publication();
    await publication.addRun(complete, files);
    return publication;
  }

  /** The same, every week forecast, and published. */
  static async published(files?: Files): Promise<Publication> {
    const publication = await Publication.of(WEEKS, files);
    await publication.publish();
    return publication;
  }

  publish(runId = RUN, correction?: Replay) {
    return publish(this.deps, { runId, correction });
  }

  /** Another run of the same two weeks. */
  async addRun(complete: readonly MenuWeek[], files: Files, fields: Partial<RunRecord> = {}): Promise<RunId> {
    const { store } = this.world;
    await this.world.configured();
    const template = await store.run(RUN);
    const runId = fields.runId ?? RUN;
    await store.updateRun(runId, (now) => {
      const run = now ?? template;
      return run && { ...run, runId, weeks: WEEKS, ...fields };
    });
    for (const week of WEEKS) {
      const updatedAt = new Date(START).toISOString();
      await store.updateWeek(runId, week, () => ({ runId, week, status: 'RUNNING', attempt: 1, updatedAt }));
      if (complete.includes(week)) await this.commit(week, 1, files, { runId });
    }
    return runId;
  }

  /** Commits a week's forecast as its stage would. */
  async commit(
    menuWeek: MenuWeek,
    attempt: number,
    files: Files,
    { runId = RUN, ...fields }: Partial<WeekForecast> & { readonly runId?: RunId } = {},
  ): Promise<void> {
    const { store, artifacts } = this.world;
    const week = await weekOf(files, menuWeek);
    const forecast = forecastSites(week, simulateOrders(week, settings), settings);
    const value: WeekForecast = { forecast, inputSha256: { 'menu.csv': 'abc' }, warnings: [], ...fields };
    const artifact = await putArtifact(artifacts, `${runId}-${menuWeek}-${attempt}`, value);
    const at = new Date(START + attempt).toISOString();
    await store.updateStage(runId, menuWeek, 'forecast', () => ({
      runId,
      week: menuWeek,
      stage: 'forecast',
      status: 'COMPLETE',
      attempt,
      fence: attempt,
      claimedAt: at,
      startedAt: at,
      deliveries: 1,
      messageIds: [],
      message: { v: 1, runId, week: menuWeek, stage: 'forecast', attempt },
      handoff: 'DONE',
      committed: { artifact, summary: {}, attempt, startedAt: at, committedAt: at },
    }));
    await store.updateWeek(runId, menuWeek, (now) => now && { ...now, status: 'COMPLETE', attempt });
  }

  text(file: string): string {
    return Buffer.from(this.published.blobs.get(file) ?? []).toString('utf8');
  }

  rows(file: string): Record<string, string>[] {
    return parse(this.text(file), { columns: true });
  }

  summary(folder = 'run-1/r1'): Summary {
    return JSON.parse(this.text(`${folder}/summary.json`)) as Summary;
  }
}
