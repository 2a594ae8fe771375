/** The alerts, worst first; only so many that they are read. */
import type { Alert } from '../alerts/alert.ts';
import type { Summary } from '../summary.ts';
import { html, type Markup } from './markup.ts';
import { layout, note, STYLE, title, type Section } from './section.ts';
import { count, plain } from './wording.ts';

const MAX_ALERTS = 20;
/** Many of one kind must not hide the others. */
const MAX_OF_A_KIND = 6;
const MESSAGE_CHARACTERS = 300;

export function alerts(summary: Summary): Section {
  const shown = chosen(summary.alerts);
  if (shown.length === 0) {
    return { html: html`${title('Alerts')}${note('No alerts.')}`, text: ['ALERTS', 'No alerts.'] };
  }
  const hidden = summary.alerts.length - shown.length;
  const more = hidden > 0 ? [`and ${count(hidden)} more, all in summary.json`] : [];
  return {
    html: html`${title('Alerts')}${layout(shown.map(row))}${more.map(note)}`,
    text: ['ALERTS', ...shown.map((alert) => `* ${wordOf(alert)} ${alert.menu_week}: ${messageOf(alert)}`), ...more],
  };
}

function chosen(all: readonly Alert[]): Alert[] {
  const seen = new Map<Alert['kind'], number>();
  const limited = all.filter(({ kind }) => {
    const before = seen.get(kind) ?? 0;
    seen.set(kind, before + 1);
    return before < MAX_OF_A_KIND;
  });
  return limited.slice(0, MAX_ALERTS);
}

function wordOf({ severity }: Alert): string {
  return severity === 'error' ? 'ERROR' : 'WARNING';
}

function messageOf({ message }: Alert): string {
  return plain(message, MESSAGE_CHARACTERS);
}

function row(alert: Alert): Markup {
  const [tone, colour] = alert.severity === 'error' ? ['bad', '#a52a1c'] : ['warn', '#8a5200'];
  // Kept short: a line break within the markup would be one within the mail.
  const message = messageOf(alert);
  return html`<tr>
    <td class="line" width="84" style="width:84px;${STYLE.cell}">
      <strong class="${tone}" style="font-size:12px;color:${colour}">${wordOf(alert)}</strong>
    </td>
    <td class="line ink" style="word-break:break-word;overflow-wrap:anywhere;${STYLE.cell};${STYLE.ink}">
      <span class="muted" style="white-space:nowrap;${STYLE.muted}">${alert.menu_week}</span> ${message}
    </td>
  </tr>`;
}
