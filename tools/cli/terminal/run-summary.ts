/** What is printed when a run has ended. */
import { join } from 'node:path';
import pc from 'picocolors';
import type { Summary, WeekSummary } from '../../../shared/report/summary.ts';
import { MAIL_STATES, mailTroubles } from '../../../shared/pipeline/table/mail-status.ts';
import type { MailStatus } from '../../../shared/pipeline/table/records.ts';
import type { RunView } from '../../../shared/pipeline/table/run-store.ts';
import type { Place } from '../../backends/backend.ts';
import { duration, statusColour, tableOf } from './format.ts';
import { STATE_DIRECTORY } from '../state-directory.ts';

const MAX_ALERTS = 20;

/** Per week and factory, boxes against cap; then the alerts, and where everything lies. */
export function renderRunSummary(
  { run, revisions }: RunView,
  summary: Summary,
  folder: string,
  place: Place,
  tookMs = Date.parse(run.endedAt ?? run.startedAt) - Date.parse(run.startedAt),
): string {
  const table = tableOf(['Week', 'Factory', 'Boxes', 'Cap', 'Used'], ['left', 'left', 'right', 'right', 'right']);
  for (const week of summary.weeks) table.push(...weekRows(week, summary));
  return [
    table.toString(),
    ...alertLines(summary),
    `Run ${pc.bold(run.runId)} ${statusColour(run.status)} in ${duration(tookMs)}${run.revision > 1 ? `, revision ${run.revision}` : ''}.`,
    `Files: ${folder}`,
    `Mail:  ${mailLine(revisions.at(-1)?.mail, place)}`,
    '',
  ].join('\n');
}

function mailLine(mail: MailStatus | undefined, place: Place): string {
  switch (mail?.state) {
    case 'SENT':
      return place === 'local' ? join(STATE_DIRECTORY, 'mail', `${mail.messageId}.eml`) : `sent (${mail.messageId})`;
    case 'FAILED':
      return pc.red(`not sent. ${mail.failure.error}: ${mail.failure.message}`);
    case 'UNCONFIRMED':
      return pc.yellow('perhaps sent: the process ended before it could note it');
    case 'BOUNCED':
    case 'COMPLAINED':
      return pc.red(`${MAIL_STATES[mail.state]}: ${mailTroubles(mail).join('; ')}`);
    case 'SENDING':
      return 'on its way';
    case 'NOT_ASKED':
      return 'none; a what-if mails only who asked (--notify ADDRESS)';
    case 'NONE':
    case undefined:
      return 'none';
  }
}

function weekRows(week: WeekSummary, summary: Summary): string[][] {
  if (week.status === 'FAILED') return [[week.menu_week, pc.red('FAILED'), '', '', '']];
  const sites = summary.sites.filter((site) => site.menu_week === week.menu_week);
  const rows = sites.map(({ name, boxes, cap, utilisation }, at) => [
    at === 0 ? week.menu_week : '',
    name,
    String(boxes),
    cap === null ? 'no cap' : String(cap),
    utilisation === null ? '' : `${(100 * utilisation).toFixed(1)}%`,
  ]);
  if (week.unallocated) rows.push(['', pc.red('no factory'), String(week.unallocated), '', '']);
  return rows;
}

function alertLines({ alerts }: Summary): string[] {
  const lines = alerts.slice(0, MAX_ALERTS).map(({ severity, menu_week, message }) => {
    const mark = severity === 'error' ? pc.red('error') : pc.yellow('warning');
    return `${mark} ${menu_week}: ${message}`;
  });
  if (alerts.length > MAX_ALERTS) lines.push(`… and ${alerts.length - MAX_ALERTS} more in summary.json`);
  return lines;
}
