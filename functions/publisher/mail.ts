/** The mail to the Planning team: plain and honest, as text and as HTML of the same content. */
import type { Alert, SiteSummary, Summary } from './summary';

export interface MailBody {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const MAX_ALERTS = 20;

export function renderMail(summary: Summary, location: string): MailBody {
  return {
    subject: subjectOf(summary),
    text: textOf(summary, location),
    html: htmlOf(summary, location),
  };
}

function subjectOf(summary: Summary): string {
  const weeks = summary.weeks.map((week) => week.menu_week);
  const range = weeks.length === 1 ? weeks[0] : `${weeks[0]} to ${weeks[weeks.length - 1]}`;
  const kind = summary.kind === 'what-if' ? 'What-if forecast' : 'Forecast';
  return `${kind} ${range}: ${stateOf(summary)}${summary.correction ? ' (correction)' : ''}`;
}

function stateOf(summary: Summary): string {
  const failed = summary.weeks.filter((week) => week.status === 'FAILED').map((week) => week.menu_week);
  if (failed.length === 0) return 'complete';
  if (failed.length === summary.weeks.length) return 'FAILED';
  return `${failed.join(', ')} FAILED`;
}

function headLines(summary: Summary): string[] {
  const done = summary.weeks.filter((week) => week.status === 'COMPLETE').length;
  const { totals } = summary;
  const lines = [
    `${done} of ${summary.weeks.length} weeks forecast.`,
    `${totals.boxes} boxes: ${totals.placed} placed, ${totals.simulated} simulated, ${totals.unallocated} without a factory.`,
    `Run ${summary.run_id}, revision ${summary.revision}, made ${summary.generated_at}.`,
  ];
  if (summary.label !== null) lines.push(`Label: ${oneLine(summary.label)}`);
  const { correction } = summary;
  if (correction)
    lines.push(`A correction, asked for by ${oneLine(correction.by)}: ${oneLine(correction.reason)}`);
  return lines;
}

function share({ utilisation }: SiteSummary): string {
  return utilisation === null ? '–' : `${(100 * utilisation).toFixed(1)}%`;
}

function capText({ cap }: SiteSummary): string {
  return cap === null ? 'no cap' : String(cap);
}

function shown(alerts: readonly Alert[]): { lines: string[]; more: string } {
  const worst = [...alerts].sort(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'),
  );
  const lines = worst
    .slice(0, MAX_ALERTS)
    .map(({ severity, menu_week, message }) => `${severity.toUpperCase()} ${menu_week}: ${message}`);
  return {
    lines,
    more: worst.length > MAX_ALERTS ? `and ${worst.length - MAX_ALERTS} more in summary.json` : '',
  };
}

function textOf(summary: Summary, location: string): string {
  const { lines, more } = shown(summary.alerts);
  const alerts = lines.length === 0 ? ['No alerts.'] : ['Alerts', ...lines, ...(more ? [more] : [])];
  const table = summary.sites.map(
    (site) =>
      `${site.menu_week}  ${site.name.padEnd(20)} ${String(site.boxes).padStart(8)} boxes  cap ${capText(site)} (${share(site)})`,
  );
  return [...headLines(summary), '', ...alerts, '', ...table, '', `Files: ${location}`, ''].join('\n');
}

function htmlOf(summary: Summary, location: string): string {
  const { lines, more } = shown(summary.alerts);
  const alerts = lines.map((line) => `<li style="white-space:pre-wrap">${escape(line)}</li>`).join('');
  const rows = summary.sites
    .map((site) => {
      const cells = [String(site.boxes), capText(site), share(site)];
      const numbers = cells.map((cell) => `<td align="right">${escape(cell)}</td>`).join('');
      return `<tr><td>${site.menu_week}</td><td>${escape(site.name)}</td>${numbers}</tr>`;
    })
    .join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(subjectOf(summary))}</title></head>
<body style="font-family:sans-serif;max-width:600px">
<h1 style="font-size:18px">${escape(subjectOf(summary))}</h1>
${headLines(summary)
  .map((line) => `<p>${escape(line)}</p>`)
  .join('\n')}
${lines.length === 0 ? '<p>No alerts.</p>' : `<h2 style="font-size:16px">Alerts</h2><ul>${alerts}</ul><p>${escape(more)}</p>`}
<table cellpadding="4" style="border-collapse:collapse">
<tr><th align="left">Week</th><th align="left">Factory</th><th>Boxes</th><th>Cap</th><th>Used</th></tr>
${rows}
</table>
<p>Files: ${escape(location)}</p>
</body></html>
`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
