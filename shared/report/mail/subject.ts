/** The mail's subject, and the line that stands beside it in a list of mails. */
import { weeksBetween } from '../../domain/iso-week.ts';
import type { MenuWeek } from '../../domain/model.ts';
import type { Summary } from '../summary.ts';
import { count, plain, plural } from './wording.ts';

const LISTED_WEEKS = 3;

/** Kind, weeks and state: what a planner must see in the list of mails. */
export function subjectOf(summary: Summary): string {
  const kind = summary.kind === 'what-if' ? 'What-if forecast' : 'Forecast';
  const label = summary.label === null ? '' : ` “${plain(summary.label, 60)}”`;
  const correction = summary.correction ? ' (correction)' : '';
  return `${kind}${label} ${weekRange(summary)}: ${stateOf(summary)}${correction}`;
}

/** The line that clients show beside the subject. */
export function preheaderOf(summary: Summary): string {
  const errors = summary.alerts.filter(({ severity }) => severity === 'error').length;
  const warnings = summary.alerts.length - errors;
  const alerts = [
    ...(errors > 0 ? [plural(errors, 'error', 'errors')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning', 'warnings')] : []),
  ];
  const { boxes, unallocated } = summary.totals;
  const left = unallocated > 0 ? `, ${count(unallocated)} without a factory` : '';
  return `${plural(boxes, 'box', 'boxes')}${left}. ${alerts.length > 0 ? alerts.join(', ') : 'No alerts'}.`;
}

function weekRange({ weeks }: Summary): string {
  const names = weeks.map((week) => week.menu_week);
  const [first, last] = [names[0], names[names.length - 1]];
  const span = weeksBetween(first as MenuWeek, last as MenuWeek) + 1;
  if (names.length === 1) return first;
  if (span === names.length) return `${first} to ${last}`;
  return names.length <= LISTED_WEEKS ? names.join(', ') : `${names.length} weeks, ${first} to ${last}`;
}

function stateOf({ weeks }: Summary): string {
  const failed = weeks.filter((week) => week.status === 'FAILED').map((week) => week.menu_week);
  if (failed.length === 0) return 'complete';
  if (failed.length === weeks.length) return 'FAILED';
  return failed.length <= LISTED_WEEKS
    ? `${failed.join(', ')} FAILED`
    : `${failed.length} of ${weeks.length} weeks FAILED`;
}
