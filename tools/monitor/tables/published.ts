/** What the page shows of a revision's published files; the newest ones looked at are kept in memory. */
import { z } from '../../../shared/pipeline/schema.ts';
import type { RunRecord } from '../../../shared/pipeline/table/records.ts';
import { readColumns, type Columns, type NumberColumn, type TextColumn } from './csv.ts';
import type { FactoryDayDto, ForecastDto, ShownTable } from '../dto.ts';
import type { MonitorSource } from '../sources/source.ts';
import { columnOf, TABLES } from '../../../shared/report/columns.ts';
import { PublishedTable } from './table.ts';

/** Tables in memory at a time: a year of a large company takes 150 MB each. */
const KEPT = 3;

/** A column of another version is read as text. */
function kindOf(name: string): 'number' | 'text' | 'skip' {
  const column = columnOf(name);
  if (column && column.heading === undefined) return 'skip';
  return column?.type === 'integer' || column?.type === 'decimal' ? 'number' : 'text';
}

const count = z.nullable(z.number());
const summarySchema = z.object({
  weeks: z.array(z.object({ menu_week: z.string(), boxes: count, placed: count, unallocated: count })),
  totals: z.object({ boxes: z.number(), placed: z.number(), unallocated: z.number() }),
  wmape_site: count,
  wmape_global: count,
  previous: z.optional(z.nullable(z.object({ run_id: z.string(), revision: z.number() }))),
  sites: z.array(z.object({ factory: z.string(), name: z.string() })),
  alerts: z.array(z.object({ severity: z.enum(['error', 'warning']), menu_week: z.string(), message: z.string() })),
});

export class Published {
  private readonly tables = new Map<string, Promise<PublishedTable | undefined>>();

  constructor(private readonly source: Pick<MonitorSource, 'file'>) {}

  /** @returns undefined where the revision published nothing */
  async forecast(run: RunRecord, revision: number): Promise<ForecastDto | undefined> {
    const [json, csv] = await Promise.all([
      this.source.file(run, revision, 'summary.json'),
      this.source.file(run, revision, TABLES.utilisation.file),
    ]);
    if (!json) return undefined;
    const summary = summarySchema.parse(JSON.parse(Buffer.from(json).toString('utf8')));
    const names = new Map(summary.sites.map(({ factory, name }) => [factory, name]));
    return {
      ...summary.totals,
      wmapeSite: summary.wmape_site,
      wmapeGlobal: summary.wmape_global,
      comparedWith: summary.previous ? { runId: summary.previous.run_id, revision: summary.previous.revision } : null,
      factories: [...names].map(([id, name]) => ({ id, name })),
      weeks: summary.weeks.map(({ menu_week: week, ...counts }) => ({ week, ...counts })),
      days: csv ? factoryDays(await readColumns(csv, kindOf)) : [],
      alerts: summary.alerts.map(({ severity, menu_week: week, message }) => ({ severity, week, message })),
    };
  }

  /** @returns undefined where the revision has no such table, or, for `changes`, nothing to compare with */
  async table(run: RunRecord, revision: number, name: ShownTable): Promise<PublishedTable | undefined> {
    const key = `${run.runId} ${revision} ${name}`;
    const table = this.tables.get(key) ?? this.load(run, revision, name);
    // Put last again: the first is dropped first.
    this.tables.delete(key);
    this.tables.set(key, table);
    for (const oldest of this.tables.keys()) if (this.tables.size > KEPT) this.tables.delete(oldest);
    const isThere = await table.catch(() => undefined);
    // It may be published by the next question.
    if (!isThere) this.tables.delete(key);
    return table;
  }

  private async load(run: RunRecord, revision: number, name: ShownTable): Promise<PublishedTable | undefined> {
    const file = await this.source.file(run, revision, TABLES[name].file);
    if (file) return PublishedTable.of(await readColumns(file, kindOf));
    if (name !== 'changes') return undefined;
    const ingredients = await this.source.file(run, revision, TABLES.ingredients.file);
    return ingredients && changesOf(await readColumns(ingredients, kindOf));
  }
}

/** The rows whose quantity is another than in the last forecast; undefined where none says what that was. */
function changesOf({ rows, columns }: Columns): PublishedTable | undefined {
  const column = (name: string) => columns.find((one): one is NumberColumn => one.numeric && one.name === name)?.values;
  const [delta, previous] = [column('delta'), column('previous_p50')];
  if (!delta || !previous?.some((value) => !Number.isNaN(value))) return undefined;
  const changed: number[] = [];
  for (let row = 0; row < rows; row++) if (!Number.isNaN(delta[row]) && delta[row] !== 0) changed.push(row);
  return new PublishedTable(columns, Uint32Array.from(changed));
}

function factoryDays({ rows, columns }: Columns): FactoryDayDto[] {
  const text = (name: string) => {
    const column = columns.find((one): one is TextColumn => !one.numeric && one.name === name);
    return (row: number) => (column ? column.texts[column.values[row]] : '');
  };
  const number = (name: string) => {
    const column = columns.find((one): one is NumberColumn => one.numeric && one.name === name);
    return (row: number) => column?.values[row] ?? NaN;
  };
  const [week, factory, date, cap] = ['menu_week', 'factory', 'delivery_date', 'cap'].map(text);
  const [placed, simulated, over] = ['placed', 'simulated', 'p90_over_cap'].map(number);
  return Array.from({ length: rows }, (_, row) => ({
    week: week(row),
    factory: factory(row),
    date: date(row),
    cap: cap(row) === 'inf' ? null : Number(cap(row)),
    placed: placed(row),
    simulated: simulated(row),
    p90OverCap: Number.isNaN(over(row)) ? null : over(row),
  }));
}
