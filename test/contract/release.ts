/** What an earlier release left behind, in a world in memory. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../infra/root.ts';
import type { Delivery } from '../../shared/pipeline/messages.ts';
import type { Clock, TableItem } from '../../shared/pipeline/ports.ts';
import type { PublishedWeekRecord } from '../../shared/pipeline/table/records.ts';
import type { RunView } from '../../shared/pipeline/table/run-store.ts';
import { World } from '../shared/pipeline/world.ts';

/** A run at one of its moments, as `run-<moment>.json` holds it. */
export type Moment = 'under-way' | 'partial' | 'corrected';

export class Release {
  private readonly folder: string;

  constructor(version: string) {
    this.folder = join(ROOT, 'test/contract', version);
  }

  json(file: string): unknown {
    return JSON.parse(readFileSync(join(this.folder, file), 'utf8'));
  }

  view(moment: Moment): RunView {
    return this.json(`run-${moment}.json`) as RunView;
  }

  /** The messages of the run, in the order of the stages. */
  messages(): Delivery[] {
    const sent = this.json('messages.json') as Pick<Delivery, 'messageId' | 'sentAt' | 'body'>[];
    return sent.map((message) => ({ ...message, receiveCount: 1, receipt: message.messageId }));
  }

  /** Every artifact, and the items of the run's partition that `keeps` lets pass. */
  world(moment: Moment, keeps: (item: TableItem) => boolean = () => true): World {
    const world = new World();
    const { run, weeks, stages, revisions } = this.view(moment);
    const published = this.json('published-before.json') as PublishedWeekRecord[];
    const items: TableItem[] = [run, ...weeks, ...stages, ...revisions];
    for (const item of [...items.filter(keeps), ...published]) world.table.items.set(`${item.pk}|${item.sk}`, item);
    for (const file of readdirSync(join(this.folder, 'artifacts'), { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.cbor')) world.artifacts.blobs.set(`artifacts/${file}`, this.bytes(`artifacts/${file}`));
    return world;
  }

  private bytes(file: string): Uint8Array {
    return readFileSync(join(this.folder, file));
  }
}

/** Time that stands still at an instant. */
export function clockAt(iso: string): Clock {
  return { now: () => Date.parse(iso), schedule: () => () => undefined };
}
