/** Boxes a day against the cap: one picture a factory, with its words beside it. */
import { barChart, CHART_SIZE } from '../charts.ts';
import type { SiteSummary, Summary } from '../summary.ts';
import { html, NOTHING, type Markup } from './markup.ts';
import { layout, note, STYLE, title, type Section } from './section.ts';
import { count, date, plain, plural } from './wording.ts';

const MAX_WEEKS = 8;
const MAX_FACTORIES = 8;
const NAME_CHARACTERS = 40;
const HEADING = 'Boxes a day';

export interface Picture {
  readonly contentId: string;
  readonly png: Buffer;
}

interface Factory {
  readonly name: string;
  /** Of each week shown; no days where the factory has none. */
  readonly weeks: readonly SiteSummary['days'][];
}

/** The section, and the pictures that it names. */
export function days(summary: Summary): Section & { readonly pictures: readonly Picture[] } {
  const weeks = summary.weeks
    .filter(({ status }) => status === 'COMPLETE')
    .slice(0, MAX_WEEKS)
    .map(({ menu_week }) => menu_week);
  const factories = factoriesOf(summary, weeks);
  if (factories.length === 0) return { html: NOTHING, text: [], pictures: [] };
  const pictures = factories.map(({ weeks: groups }, at) => ({
    contentId: `boxes-${at + 1}@larder`,
    png: barChart(groups.map((group) => group.map(({ boxes, cap }) => ({ value: boxes, limit: cap })))),
  }));
  const rows = factories.map((factory, at) => row(factory, pictures[at]));
  return {
    html: html`${title(HEADING)}${layout([...rows, axis(weeks)])}${note('A bar a delivery day, each factory on its own scale; the grey line is the cap.')}`,
    text: [HEADING.toUpperCase(), ...factories.map((factory) => `${factory.name}: ${words(factory)}`)],
    pictures,
  };
}

function factoriesOf({ sites }: Summary, weeks: readonly string[]): Factory[] {
  const shown = sites.filter((site) => weeks.includes(site.menu_week));
  const ids = [...new Set(shown.map(({ factory }) => factory))].slice(0, MAX_FACTORIES);
  return ids.map((id) => {
    const own = shown.filter(({ factory }) => factory === id);
    return {
      name: plain(own[0].name, NAME_CHARACTERS) || plain(id, NAME_CHARACTERS),
      weeks: weeks.map((week) => own.find((site) => site.menu_week === week)?.days ?? []),
    };
  });
}

/** What the picture shows, for readers who cannot see it. */
function words({ weeks }: Factory): string {
  const all = weeks.flat();
  if (all.length === 0) return 'no delivery days';
  const most = all.reduce((best, item) => (item.boxes > best.boxes ? item : best));
  const least = all.reduce((best, item) => (item.boxes < best.boxes ? item : best));
  const capped = all.filter(({ cap }) => cap !== null);
  const full = capped.filter(({ boxes, cap }) => cap !== null && cap > 0 && boxes >= cap).length;
  const range =
    most.boxes === least.boxes
      ? `${plural(most.boxes, 'box', 'boxes')} on each of ${plural(all.length, 'day', 'days')}`
      : `${count(least.boxes)} (${date(least.delivery_date)}) to ${plural(most.boxes, 'box', 'boxes')} (${date(most.delivery_date)}) a day`;
  if (capped.length === 0) return `${range}; no cap`;
  return `${range}; at the cap on ${full} of ${plural(capped.length, 'day', 'days')}`;
}

function row(factory: Factory, picture: Picture): Markup {
  const { width, height } = CHART_SIZE;
  return html`<tr>
    <td class="line ink" style="word-break:break-word;overflow-wrap:anywhere;${STYLE.cell};${STYLE.ink}">
      ${factory.name} <span class="muted" style="${STYLE.muted}">${words(factory)}</span><br />
      <img
        src="cid:${picture.contentId}"
        width="${width}"
        height="${height}"
        alt="${factory.name}: ${words(factory)}"
        style="display:block;width:100%;max-width:100%;height:${height}px;margin:6px 0 0;border:0"
      />
    </td>
  </tr>`;
}

/** The weeks' names under the pictures. */
function axis(weeks: readonly string[]): Markup {
  const cells = weeks.map(
    (week) =>
      html`<td class="muted" width="${Math.floor(100 / weeks.length)}%" style="${STYLE.muted}">
        ${weeks.length > 4 ? week.slice(5) : week}
      </td>`,
  );
  return html`<tr>
    <td>
      ${layout([
        html`<tr>
          ${cells}
        </tr>`,
      ])}
    </td>
  </tr>`;
}
