/** What is wrong with an input: where, what stands there, and what would be right. */
import { cutText } from '../errors.ts';
import type { MenuWeek } from '../model.ts';

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

/** Errors, and warnings, that are kept; all errors are counted. */
export const MAX_PROBLEMS_KEPT = 50;
const MAX_VALUE_CHARACTERS = 60;
/** Kinds of problems that one description names. */
const MAX_KINDS_DESCRIBED = 8;

/** `menu.csv:17 column uptake: "abc" — expected a number from 0 to 1` */
export function formatProblem({ file, line, column, value, message }: Problem): string {
  const where = `${file}${line === undefined ? '' : `:${line}`}${column === undefined ? '' : ` column ${column}`}`;
  const cut =
    value !== undefined && value.length > MAX_VALUE_CHARACTERS ? `${cutText(value, MAX_VALUE_CHARACTERS)}…` : value;
  return `${where}: ${cut === undefined ? '' : `${JSON.stringify(cut)} — `}${message}`;
}

/**
 * What is wrong as people read it in a mail or on a terminal: a line for each kind of problem, with the first place
 * where it occurs. Placed orders come last: what is wrong with a week makes many of its orders wrong.
 *
 * @param count of all problems, the kept ones among them
 */
export function describeProblems(problems: readonly Problem[], count: number): string {
  const kinds = new Map<string, Problem[]>();
  for (const problem of problems) {
    const kind = JSON.stringify([problem.file, problem.column, problem.value, problem.message]);
    kinds.set(kind, [...(kinds.get(kind) ?? []), problem]);
  }
  const isOrders = ([{ file }]: readonly Problem[]) => Number(file === 'orders.csv');
  const sorted = [...kinds.values()].sort((a, b) => isOrders(a) - isOrders(b));
  const lines = sorted.slice(0, MAX_KINDS_DESCRIBED).map(([first, ...others]) => {
    const more = others.length === 0 ? '' : ` (and ${others.length} more such lines)`;
    return formatProblem(first) + more;
  });
  const described = sorted.slice(0, MAX_KINDS_DESCRIBED).reduce((sum, { length }) => sum + length, 0);
  if (count > described) lines.push(`… and ${count - described} more; larder validate lists them`);
  return lines.join('\n');
}

/** Collects problems: the first fifty errors, a count of all, and the warnings. */
export class Problems {
  readonly errors: Problem[] = [];
  readonly warnings: Problem[] = [];
  errorCount = 0;

  error(problem: Omit<Problem, 'severity'>): void {
    this.errorCount++;
    if (this.errors.length < MAX_PROBLEMS_KEPT) this.errors.push({ ...problem, severity: 'error' });
  }

  warn(problem: Omit<Problem, 'severity'>): void {
    if (this.warnings.length < MAX_PROBLEMS_KEPT) this.warnings.push({ ...problem, severity: 'warning' });
  }
}
