/** What the page asks for, checked, and answered from the source. */
import { z } from '../../../shared/pipeline/schema.ts';
import { menuWeekSchema, runIdSchema, type RunId } from '../../../shared/pipeline/messages.ts';
import { STAGES } from '../../../shared/pipeline/stages.ts';
import type { RunRecord } from '../../../shared/pipeline/table/records.ts';
import { type RunListDto, type TablePageDto, SHOWN_TABLES } from '../dto.ts';
import { Published } from '../tables/published.ts';
import type { MonitorSource } from '../sources/source.ts';
import { runDetailDto, runDto } from '../to-dto.ts';

/** An answer that is no success: its status and a sentence. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const MAX_ROWS = 200;
const digits = (fallback: number, max: number) =>
  z._default(
    z.pipe(
      z.string().check(z.regex(/^\d{1,8}$/, 'expected a whole number')),
      z.transform((text) => Math.min(max, Number(text))),
    ),
    fallback,
  );
const text = z._default(z.string().check(z.maxLength(200)), '');

const tableQuerySchema = z.object({
  kind: text,
  category: text,
  week: text,
  factory: text,
  date: text,
  search: text,
  sort: z.optional(z.string().check(z.maxLength(40))),
  order: z._default(z.enum(['up', 'down', 'size']), 'up'),
  from: digits(0, 99_999_999),
  count: digits(50, MAX_ROWS),
});
const tableNameSchema = z.enum(SHOWN_TABLES);
const revisionSchema = z.pipe(z.string().check(z.regex(/^[1-9]\d{0,5}$/)), z.transform(Number));
const replaySchema = z.strictObject({
  weeks: z.array(menuWeekSchema).check(z.minLength(1), z.maxLength(1_000)),
  from: z.enum(STAGES),
  reason: z.string().check(z.trim(), z.minLength(1, 'expected a reason'), z.maxLength(1_024)),
});

/** The revision has no such table, or nothing to compare with: that is no error of the request. */
const NO_TABLE: TablePageDto = {
  isThere: false,
  columns: [],
  total: 0,
  matching: 0,
  from: 0,
  rows: [],
  choices: {},
};

/** The monitor's questions: every answer is data for JSON, every refusal an {@link ApiError}. */
export class Api {
  private readonly published: Published;

  constructor(
    private readonly source: MonitorSource,
    private readonly allowReplay: boolean,
  ) {
    this.published = new Published(source);
  }

  /**
   * @param path the parts of the address after `/api/`
   * @throws {@link ApiError}
   */
  async get(path: readonly string[], query: URLSearchParams): Promise<unknown> {
    const [collection, id, part, revision, table] = [0, 1, 2, 3, 4].map((at) => path.at(at));
    if (collection !== 'runs' || path.length > 5) throw new ApiError(404, 'There is nothing here.');
    if (id === undefined) return this.runs();
    const view = await this.view(id);
    if (part === undefined) return runDetailDto(view);
    if (part !== 'revisions' || revision === undefined) throw new ApiError(404, 'There is nothing here.');
    const number = accepted(revisionSchema, revision, 404);
    return table === undefined
      ? this.forecast(view.run, number)
      : this.table(view.run, number, table, Object.fromEntries(query));
  }

  /** @throws {@link ApiError} */
  async replay(id: string, body: unknown): Promise<{ readonly started: string }> {
    const allowed = this.replayAllowed();
    if (!allowed.allowed || !this.source.replay) throw new ApiError(403, allowed.allowed ? '' : allowed.why);
    const request = accepted(replaySchema, body, 400);
    const { run } = await this.view(id);
    const strange = request.weeks.find((week) => !run.weeks.includes(week));
    if (strange !== undefined) throw new ApiError(400, `Run ${run.runId} has no week ${strange}.`);
    try {
      return { started: await this.source.replay({ runId: run.runId, ...request }) };
    } catch (error) {
      throw new ApiError(409, error instanceof Error ? error.message : String(error));
    }
  }

  private async runs(): Promise<RunListDto> {
    const runs = await this.source.runs();
    return { place: this.source.place, replay: this.replayAllowed(), runs: runs.map(runDto) };
  }

  private replayAllowed(): RunListDto['replay'] {
    if (!this.source.replay) return { allowed: false, why: 'Read-only: nothing can be replayed from this page.' };
    if (!this.allowReplay)
      return { allowed: false, why: 'Read-only: start the monitor with --allow-replay to replay from here.' };
    return { allowed: true };
  }

  private async view(id: string) {
    const view = await this.source.view(accepted(runIdSchema, id, 404) satisfies RunId);
    if (!view) throw new ApiError(404, `There is no run ${id}.`);
    return view;
  }

  private async forecast(run: RunRecord, revision: number) {
    const forecast = await this.published.forecast(run, revision);
    if (!forecast) throw new ApiError(404, `Revision ${revision} of ${run.runId} has no published files.`);
    return forecast;
  }

  private async table(run: RunRecord, revision: number, name: string, query: Record<string, string>) {
    const table = accepted(tableNameSchema, name, 404);
    const { kind, category, week, factory, date, ...rest } = accepted(tableQuerySchema, query, 400);
    const found = await this.published.table(run, revision, table);
    if (!found) return NO_TABLE;
    return found.page({
      filters: { kind, category, menu_week: week, factory, delivery_date: date },
      ...rest,
    });
  }
}

function accepted<T extends z.ZodMiniType>(schema: T, value: unknown, status: number): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ApiError(status, `${issue.path.join('.') || 'The address'}: ${issue.message}`);
}
