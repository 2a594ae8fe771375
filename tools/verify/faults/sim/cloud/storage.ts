/** What the simulated services store: the status table, and blobs. */
import { NotFoundError } from '../../../../../shared/pipeline/errors.ts';
import type { TableItem, VersionedBlob } from '../../../../../shared/pipeline/ports.ts';

export class SimTable {
  readonly items = new Map<string, TableItem>();
  /** Earlier versions of runs, for an index that lags: when each was replaced, and what it was. */
  private replaced: {
    readonly at: number;
    readonly key: string;
    readonly item: TableItem | undefined;
  }[] = [];

  constructor(
    private readonly now: () => number,
    private readonly indexLagSeconds: number,
  ) {}

  get(pk: string, sk: string): TableItem | undefined {
    return this.items.get(`${pk}|${sk}`);
  }

  /**
   * @param onPut told the item as it was written, and what stood there before
   * @returns false where the item is of another version than expected
   */
  put(
    item: TableItem,
    expectedVersion: number,
    onPut: (after: TableItem, before: TableItem | undefined) => void,
  ): boolean {
    const key = `${item.pk}|${item.sk}`;
    const before = this.items.get(key);
    if ((before?.version ?? 0) !== expectedVersion) return false;
    const after = { ...item, version: expectedVersion + 1 };
    this.items.set(key, after);
    if ('runsKey' in item) this.replaced.push({ at: this.now(), key, item: before });
    onPut(after, before);
    return true;
  }

  query(pk: string, skPrefix: string): TableItem[] {
    const found: TableItem[] = [];
    for (const item of this.items.values()) {
      if (item.pk === pk && item.sk.startsWith(skPrefix)) found.push(item);
    }
    return found.sort((a, b) => (a.sk < b.sk ? -1 : 1));
  }

  runs(filter: 'all' | 'unfinished', limit: number): TableItem[] {
    const key = filter === 'all' ? 'runsKey' : 'unfinishedKey';
    const startOf = (item: TableItem) => ('startedAt' in item ? String(item.startedAt) : '');
    const found = [...this.indexed().values()].filter((item) => key in item);
    return found.sort((a, b) => (startOf(a) > startOf(b) ? -1 : 1)).slice(0, limit);
  }

  /** From now on the index shows what the table holds. */
  catchUp(): void {
    this.replaced = [];
  }

  /** The runs as the index shows them now. */
  private indexed(): Map<string, TableItem> {
    const shown = new Map([...this.items].filter(([, item]) => 'runsKey' in item));
    const since = this.now() - this.indexLagSeconds * 1000;
    for (const { at, key, item } of [...this.replaced].reverse()) {
      if (at <= since) break;
      if (item) shown.set(key, item);
      else shown.delete(key);
    }
    return shown;
  }
}

export class SimBlobs {
  readonly blobs = new Map<string, Uint8Array>();

  constructor(private readonly onPut: (key: string, body: Uint8Array, before: Uint8Array | undefined) => void) {}

  put(key: string, body: Uint8Array): void {
    const before = this.blobs.get(key);
    this.blobs.set(key, body);
    this.onPut(key, body, before);
  }

  get(key: string): Uint8Array {
    const body = this.blobs.get(key);
    if (!body) throw new NotFoundError(`There is no blob ${key}.`);
    return body;
  }

  find(key: string): VersionedBlob | undefined {
    const body = this.blobs.get(key);
    return body && { body, version: Buffer.from(body).toString('latin1') };
  }

  replace(key: string, body: Uint8Array, expectedVersion: string | undefined): boolean {
    if (this.find(key)?.version !== expectedVersion) return false;
    this.put(key, body);
    return true;
  }
}
