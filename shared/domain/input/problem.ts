/** What is wrong with an input: where, what stands there, and what would be right. */
import type { MenuWeek } from '../model';

export interface Problem {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: string | undefined;
  readonly value?: string | undefined;
  /** What would be accepted. */
  readonly message: string;
  /** Set where it concerns this week alone: it fails that week, and no other. */
  readonly week?: MenuWeek | undefined;
  /** What an alert calls it; absent: nothing in particular. */
  readonly about?: 'missing_bill';
  readonly severity: 'error' | 'warning';
}

/** How many errors are kept; all are counted. */
export const PROBLEMS_KEPT = 50;
const VALUE_CHARACTERS = 60;

/** `menu.csv:17 column uptake: "abc" — expected a number from 0 to 1` */
export function formatProblem({ file, line, column, value, message }: Problem): string {
  const where = `${file}${line === undefined ? '' : `:${line}`}${column === undefined ? '' : ` column ${column}`}`;
  const cut =
    value !== undefined && value.length > VALUE_CHARACTERS ? `${value.slice(0, VALUE_CHARACTERS)}…` : value;
  return `${where}: ${cut === undefined ? '' : `${JSON.stringify(cut)} — `}${message}`;
}

/** Collects problems: the first fifty errors, a count of all, and the warnings. */
export class Problems {
  readonly errors: Problem[] = [];
  readonly warnings: Problem[] = [];
  errorCount = 0;

  error(problem: Omit<Problem, 'severity'>): void {
    this.errorCount++;
    if (this.errors.length < PROBLEMS_KEPT) this.errors.push({ ...problem, severity: 'error' });
  }

  warn(problem: Omit<Problem, 'severity'>): void {
    if (this.warnings.length < PROBLEMS_KEPT) this.warnings.push({ ...problem, severity: 'warning' });
  }
}
