/** What a planner reads first: how the weeks stand, and which forecast this is. */
import type { Summary } from '../summary.ts';
import { html, type Markup } from './markup.ts';
import { STYLE, type Section } from './section.ts';
import { subjectOf } from './subject.ts';
import { count, plain, plural, time } from './wording.ts';

interface Verdict {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly words: string;
}

const TONES = {
  good: 'color:#1f6f5c;background:#e4f3ef',
  warn: 'color:#8a5200;background:#fdf1dd',
  bad: 'color:#a52a1c;background:#fbe7e4',
} as const;

function verdictOf({ weeks }: Summary): Verdict {
  const done = weeks.filter((week) => week.status === 'COMPLETE').length;
  const of = `${done} of ${plural(weeks.length, 'week', 'weeks')} forecast`;
  if (done === weeks.length) return { tone: 'good', words: `${of}.` };
  const failed = weeks.filter((week) => week.status === 'FAILED').map((week) => week.menu_week);
  const words = `${of}; failed: ${failed.slice(0, 10).join(', ')}${failed.length > 10 ? ' …' : ''}.`;
  return done === 0 ? { tone: 'bad', words: `${words} No files were published.` } : { tone: 'warn', words };
}

/** Status line, totals, and what a correction corrects. */
export function head(summary: Summary): Section {
  const verdict = verdictOf(summary);
  const facts = [...totals(summary), ...origin(summary)];
  const correction = correctionLines(summary);
  return {
    html: html`<h1
        class="ink"
        style="margin:0 0 12px;font-size:20px;line-height:27px;font-weight:600;${STYLE.ink}"
      >
        ${subjectOf(summary)}
      </h1>
      ${box(verdict.tone, [verdict.words])} ${correction.length > 0 ? [box('warn', correction)] : []}
      ${facts.map((line) => html`<p class="ink" style="margin:8px 0 0;${STYLE.ink}">${line}</p>`)}`,
    text: [subjectOf(summary), '', verdict.words, ...correction, ...facts],
  };
}

function totals({ totals: sum, weeks }: Summary): string[] {
  if (weeks.every((week) => week.status === 'FAILED')) return [];
  const left =
    sum.unallocated > 0 ? `${plural(sum.unallocated, 'box', 'boxes')} without a factory` : 'every one with a factory';
  return [
    `${plural(sum.boxes, 'box', 'boxes')}: ${count(sum.placed)} placed, ${count(sum.simulated)} simulated; ${left}.`,
  ];
}

function origin(summary: Summary): string[] {
  const { previous } = summary;
  const lines = [
    `Run ${summary.run_id}, revision ${summary.revision}. Data as of ${time(summary.data_as_of)}, forecast made ${time(summary.generated_at)}.`,
  ];
  if (summary.label !== null) lines.push(`Label: ${plain(summary.label, 200)}`);
  if (summary.kind === 'what-if')
    lines.push('A what-if: its caps or volumes were changed by hand, and no other forecast builds on it.');
  if (previous) {
    const at = previous.published_at === undefined ? '' : ` of ${time(previous.published_at)}`;
    lines.push(`Compared with run ${previous.run_id}, revision ${previous.revision}${at}.`);
  }
  return lines;
}

function correctionLines({ correction, corrects, revision }: Summary): string[] {
  if (!correction) return [];
  const replaced = corrects?.revision ?? revision - 1;
  const again = corrects?.weeks ?? [];
  return [
    `A correction: revision ${revision} replaces revision ${replaced} of the same run.`,
    `It was asked for by ${plain(correction.by, 100) || 'somebody unnamed'}: ${plain(correction.reason, 500) || 'no reason given'}`,
    ...(again.length > 0
      ? [
          `Forecast again: ${again.slice(0, 10).join(', ')}${again.length > 10 ? ' …' : ''}. The other weeks are as they were.`,
        ]
      : []),
  ];
}

function box(tone: Verdict['tone'], lines: readonly string[]): Markup {
  const rows = lines.map((line, at) =>
    at === 0 ? html`<strong class="${tone}">${line}</strong>` : html`<br /><span>${line}</span>`,
  );
  return html`<div
    class="${tone} ${tone}box"
    style="margin:0 0 8px;padding:10px 14px;border-radius:6px;${TONES[tone]}"
  >
    ${rows}
  </div>`;
}
