/** The ingredients whose need changed most since the last forecast, in packs and percent. */
import type { WeekChange } from '../changes.ts';
import type { Summary } from '../summary.ts';
import { html, type Markup } from './markup.ts';
import { layout, note, STYLE, title, type Section } from './section.ts';
import { change, count, percentChange, plain } from './wording.ts';

const MAX_CHANGES = 20;
const MAX_CORRECTED = 10;
const NAME_CHARACTERS = 60;

export function topChanges(summary: Summary): Section {
  const all = sinceLast(summary);
  const correction = corrected(summary);
  return correction ? { html: html`${correction.html}${all.html}`, text: [...correction.text, '', ...all.text] } : all;
}

function sinceLast({ previous, top_changes }: Summary): Section {
  const heading = 'Ingredients that changed most';
  if (!previous) return sentence(heading, 'There is no earlier forecast of these weeks to compare with.');
  if (top_changes.length === 0)
    return sentence(heading, 'No ingredient needs more or fewer packs than in the last forecast.');
  const about = 'Packs of all factories and days of the week (P50), against the last forecast.';
  return listed(heading, top_changes.slice(0, MAX_CHANGES), about);
}

function corrected({ correction, corrects }: Summary): Section | undefined {
  if (!correction || !corrects) return undefined;
  const heading = 'What the correction changed';
  const against = `revision ${corrects.revision}`;
  if (corrects.top_changes.length === 0)
    return sentence(heading, `No ingredient needs more or fewer packs than in ${against}.`);
  const about = `Packs of all factories and days of the week (P50), against ${against}.`;
  return listed(heading, corrects.top_changes.slice(0, MAX_CORRECTED), about);
}

function listed(heading: string, items: readonly WeekChange[], about: string): Section {
  return {
    html: html`${title(heading)}${layout(items.map(row))}${note(about)}`,
    text: [heading.toUpperCase(), ...items.flatMap(lines), about],
  };
}

function sentence(heading: string, words: string): Section {
  return { html: html`${title(heading)}${note(words)}`, text: [heading.toUpperCase(), words] };
}

function relative({ category, previous_p50, delta }: WeekChange): string {
  if (category !== 'changed') return category;
  return previous_p50 === null || previous_p50 === 0 ? '–' : percentChange(delta / previous_p50);
}

function fromTo({ previous_p50, p50 }: WeekChange): string {
  return `${previous_p50 === null ? '–' : count(previous_p50)} → ${count(p50)}`;
}

function lines(item: WeekChange): string[] {
  const figures = `${change(item.delta).padStart(9)} ${relative(item).padStart(8)}`;
  return [
    `${figures}  ${plain(item.name, NAME_CHARACTERS)} (${plain(item.unit, 20)}), ${item.menu_week}, ${fromTo(item)}`,
  ];
}

function row(item: WeekChange): Markup {
  const where = `${item.menu_week} · ${plain(item.sku, 30)} · ${plain(item.unit, 20)}`;
  return html`<tr>
    <td class="line ink" style="word-break:break-word;overflow-wrap:anywhere;${STYLE.cell};${STYLE.ink}">
      ${plain(item.name, NAME_CHARACTERS)}<br /><span class="muted" style="${STYLE.muted}">${where}</span>
    </td>
    <td class="line ink" align="right" style="${STYLE.cell};padding-left:10px;${STYLE.number};${STYLE.ink}">
      <strong>${change(item.delta)}</strong>&nbsp; ${relative(item)}<br /><span
        class="muted"
        style="${STYLE.muted}"
        >${fromTo(item)}</span
      >
    </td>
  </tr>`;
}
