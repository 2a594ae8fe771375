/** A small world in memory: every port of the stage protocol, with its doors open for tests. */
import type { PipelineDeps } from '../../../shared/pipeline/deps.ts';
import { sha256Hex } from '../../../shared/pipeline/artifacts.ts';
import { DeadTokenError, NotFoundError } from '../../../shared/pipeline/errors.ts';
import type { Delivery, RunId, StageMessage } from '../../../shared/pipeline/messages.ts';
import type { Stage } from '../../../shared/pipeline/stages.ts';
import type { Clock, Log, Table, TableItem, VersionedBlob, VersionedBlobs } from '../../../shared/pipeline/ports.ts';
import { RunStore } from '../../../shared/pipeline/table/run-store.ts';
import { handleDelivery, type StageWork } from '../../../shared/pipeline/stage/stage-worker.ts';
import { parseRunRequest } from '../../../shared/pipeline/settings.ts';
import type { MenuWeek } from '../../../shared/domain/model.ts';

export const RUN = 'run-1' as RunId;
export const WEEK = '2026-W49' as MenuWeek;
export const START = Date.parse('2026-11-23T08:00:00.000Z');

export class MemoryTable implements Table {
  readonly items = new Map<string, TableItem>();

  get(pk: string, sk: string): Promise<TableItem | undefined> {
    return Promise.resolve(this.items.get(`${pk}|${sk}`));
  }

  put(item: TableItem, expectedVersion: number): Promise<boolean> {
    const key = `${item.pk}|${item.sk}`;
    if ((this.items.get(key)?.version ?? 0) !== expectedVersion) return Promise.resolve(false);
    this.items.set(key, structuredClone({ ...item, version: expectedVersion + 1 }));
    return Promise.resolve(true);
  }

  query(pk: string, skPrefix: string): Promise<TableItem[]> {
    const found = [...this.items.values()].filter((item) => item.pk === pk && item.sk.startsWith(skPrefix));
    return Promise.resolve(found.sort((a, b) => (a.sk < b.sk ? -1 : 1)));
  }

  runs(filter: 'all' | 'unfinished', limit: number): Promise<TableItem[]> {
    const key = filter === 'all' ? 'runsKey' : 'unfinishedKey';
    const startOf = (item: TableItem) => ('startedAt' in item ? String(item.startedAt) : '');
    const found = [...this.items.values()].filter((item) => key in item);
    return Promise.resolve(found.sort((a, b) => (startOf(a) > startOf(b) ? -1 : 1)).slice(0, limit));
  }
}

export class MemoryBlobs implements VersionedBlobs {
  readonly blobs = new Map<string, Uint8Array>();

  put(key: string, body: Uint8Array): Promise<void> {
    this.blobs.set(key, body);
    return Promise.resolve();
  }

  get(key: string): Promise<Uint8Array> {
    const body = this.blobs.get(key);
    return body ? Promise.resolve(body) : Promise.reject(new NotFoundError(`no ${key}`));
  }

  find(key: string): Promise<VersionedBlob | undefined> {
    const body = this.blobs.get(key);
    return Promise.resolve(body && { body, version: sha256Hex(body) });
  }

  replace(key: string, body: Uint8Array, _contentType: string, expectedVersion: string | undefined): Promise<boolean> {
    const now = this.blobs.get(key);
    if ((now && sha256Hex(now)) !== expectedVersion) return Promise.resolve(false);
    this.blobs.set(key, body);
    return Promise.resolve(true);
  }
}

/** Time that moves only when told to. */
export class ManualClock implements Clock {
  private time = START;
  private timers: { at: number; action: () => void }[] = [];

  now(): number {
    return this.time;
  }

  schedule(delayMs: number, action: () => void): () => void {
    const timer = { at: this.time + delayMs, action };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Moves on, firing what falls due, and lets everything that follows from it happen. */
  async advance(seconds: number): Promise<void> {
    const until = this.time + seconds * 1000;
    for (;;) {
      const due = this.timers
        .filter((timer) => timer.at <= until)
        .sort((a, b) => a.at - b.at)
        .at(0);
      if (!due) break;
      this.time = due.at;
      this.timers = this.timers.filter((timer) => timer !== due);
      due.action();
      await settle();
    }
    this.time = until;
  }
}

export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

export interface Answer {
  readonly token: string;
  readonly kind: 'success' | 'failure';
  readonly value: unknown;
}

export class World {
  readonly table = new MemoryTable();
  readonly artifacts = new MemoryBlobs();
  readonly clock = new ManualClock();
  readonly store = new RunStore(this.table);
  readonly live = new Set<string>();
  readonly answers: Answer[] = [];
  readonly heartbeats: string[] = [];
  readonly sent: StageMessage[] = [];
  /** Seconds after which a delivery comes back, as the worker has asked for them. */
  readonly visibility: { stage: Stage; seconds: number }[] = [];
  readonly started: { name: string; input: unknown }[] = [];
  readonly lines: string[] = [];

  readonly log: Log = {
    info: (event, fields) => this.lines.push(JSON.stringify({ event, ...fields })),
    warn: (event, fields) => this.lines.push(JSON.stringify({ event, ...fields })),
    error: (event, fields) => this.lines.push(JSON.stringify({ event, ...fields })),
  };

  readonly deps: PipelineDeps = {
    store: this.store,
    artifacts: this.artifacts,
    clock: this.clock,
    log: this.log,
    callbacks: {
      succeed: (token, value) => this.answer({ token, kind: 'success', value }),
      fail: (token, error, cause) => this.answer({ token, kind: 'failure', value: { error, cause } }),
      heartbeat: (token) => {
        if (!this.live.has(token)) return Promise.reject(new DeadTokenError('TaskTimedOut'));
        this.heartbeats.push(token);
        return Promise.resolve();
      },
    },
    queues: {
      send: (message) => {
        this.sent.push(message);
        return Promise.resolve();
      },
      changeVisibility: (stage, _delivery, seconds) => {
        this.visibility.push({ stage, seconds });
        return Promise.resolve();
      },
    },
    executions: {
      start: (name, input) => {
        if (!this.started.some((other) => other.name === name)) this.started.push({ name, input });
        return Promise.resolve();
      },
      stop: () => Promise.resolve(),
      status: () => Promise.resolve('RUNNING'),
    },
  };

  /** Those of a worker that is killed before it answers. */
  readonly dying: PipelineDeps = {
    ...this.deps,
    callbacks: { ...this.deps.callbacks, succeed: () => Promise.reject(new Error('killed')) },
  };

  /** The first message of the task that waits under `token`. */
  readonly first = this.delivery({ taskToken: 'token' });

  private answer(answer: Answer): Promise<void> {
    if (!this.live.delete(answer.token)) return Promise.reject(new DeadTokenError('TaskTimedOut'));
    this.answers.push(answer);
    return Promise.resolve();
  }

  /** A run of one week, as the Configurator leaves it. */
  async configured(): Promise<this> {
    const startedAt = new Date(START).toISOString();
    await this.store.updateRun(RUN, () => ({
      runId: RUN,
      status: 'RUNNING',
      kind: 'baseline',
      settings: parseRunRequest({}),
      input: 'nowhere',
      weeks: [WEEK],
      startedAt,
      codeVersion: 'test',
      revision: 0,
      runsKey: 'RUNS',
      unfinishedKey: 'UNFINISHED',
    }));
    await this.store.updateWeek(RUN, WEEK, () => ({
      runId: RUN,
      week: WEEK,
      status: 'PENDING',
      attempt: 1,
      updatedAt: startedAt,
    }));
    return this;
  }

  /** The same run, whose first task waits under `token`. */
  async waiting(): Promise<this> {
    this.live.add('token');
    return this.configured();
  }

  extract(work: StageWork, delivery = this.first, deps = this.deps): Promise<void> {
    return handleDelivery(deps, 'extract', work, delivery);
  }

  /** One delivery, by default the first of a message that was just sent. */
  delivery(message: Partial<StageMessage> | string, delivery: Partial<Delivery> = {}): Delivery {
    const body =
      typeof message === 'string'
        ? message
        : JSON.stringify({ v: 1, runId: RUN, week: WEEK, stage: 'extract', attempt: 1, ...message });
    return { messageId: 'm-1', body, sentAt: this.clock.now(), receiveCount: 1, receipt: 'r', ...delivery };
  }
}
