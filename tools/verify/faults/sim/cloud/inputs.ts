/** The input file of the simulated deployment, which an operator may mend. */
import type { Stage } from '../../../../../shared/pipeline/stages.ts';
import type { Plan } from '../plan.ts';
import type { TinyInputs } from '../replacements/tiny-domain.ts';

const FIRST_WEEK = 49;

export class SimInputs {
  readonly weeks: readonly string[];
  private version = 1;
  private mended = false;

  constructor(private readonly plan: Plan) {
    this.weeks = Array.from({ length: plan.weeks }, (_, week) => `2026-W${FIRST_WEEK + week}`);
  }

  /** Every version that the file has had so far. */
  get versions(): readonly number[] {
    return Array.from({ length: this.version }, (_, before) => before + 1);
  }

  /** From now on no week fails for good. */
  mend(): void {
    this.version += 1;
    this.mended = true;
  }

  /** Whether the stage fails for good in this week. */
  isBad(week: string, stage: Stage): boolean {
    if (this.mended) return false;
    return this.plan.bad.some((bad) => bad.stage === stage && this.weeks[bad.week] === week);
  }

  open(): AsyncIterable<Uint8Array> {
    const inputs: TinyInputs = {
      version: this.version,
      weeks: this.weeks,
      bad: this.weeks.filter((week) => this.isBad(week, 'extract')),
    };
    const bytes = Buffer.from(JSON.stringify(inputs));
    return (async function* () {
      yield await Promise.resolve(bytes);
    })();
  }
}
