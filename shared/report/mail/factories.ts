/** Per week and factory: boxes, cap, how full, placed and simulated, and what changed. */
import type { SiteSummary, Summary, WeekSummary } from '../summary.ts';
import { html, NOTHING, type Markup } from './markup.ts';
import { layout, note, STYLE, title, type Section } from './section.ts';
import { change, count, percent, percentChange, plain, plural } from './wording.ts';

/** Some clients cut a mail off at 100 kB: the nearest weeks are told in full, the others in the files. */
const MAX_ROWS = 60;
const NAME_CHARACTERS = 40;
const HEADING = 'Weeks and factories';

interface Shown {
  readonly site: SiteSummary;
  readonly name: string;
  readonly cap: string;
  readonly used: string;
  readonly split: string;
  readonly moved: string;
  readonly over: string;
  readonly isTight: boolean;
}

export function factories(summary: Summary): Section {
  const weeks = nearest(summary);
  const hidden = summary.weeks.length - weeks.length;
  const notes = [
    ...(hidden > 0 ? [`${plural(hidden, 'more week', 'more weeks')} in utilisation.csv and summary.json.`] : []),
    ...(summary.previous ? ['The change is against the last forecast.'] : []),
  ];
  const tight = tightSites(summary);
  const parts = weeks.map((week) => ({
    week,
    sites: summary.sites
      .filter((site) => site.menu_week === week.menu_week)
      .map((site) => shown(site, tight.has(keyOf(site.menu_week, site.factory)))),
  }));
  return {
    html: html`${title(HEADING)}${layout(parts.flatMap(({ week, sites }) => [weekRow(week), ...sites.map(siteRow)]))}${notes.map(note)}`,
    text: [
      HEADING.toUpperCase(),
      ...parts.flatMap(({ week, sites }) => [weekLine(week), ...siteLines(sites)]),
      ...notes,
    ],
  };
}

/** The first weeks, whole, as long as their factories fit. */
export function nearest({ weeks, sites }: Summary): WeekSummary[] {
  let rows = 0;
  return weeks.filter((week, at) => {
    rows += 1 + sites.filter((site) => site.menu_week === week.menu_week).length;
    return at === 0 || rows <= MAX_ROWS;
  });
}

/** Where the alerts' thresholds say that a factory is near its cap. */
function tightSites({ alerts }: Summary): ReadonlySet<string> {
  const tight = alerts.filter(({ kind }) => kind === 'utilisation_high' || kind === 'p90_over_cap');
  return new Set(tight.map(({ menu_week, factory }) => keyOf(menu_week, factory ?? '')));
}

const keyOf = (week: string, factory: string) => JSON.stringify([week, factory]);

function shown(site: SiteSummary, isTight: boolean): Shown {
  const { name, boxes, cap, utilisation, placed, simulated, previous_boxes, delta_boxes, p90_over_cap } = site;
  return {
    site,
    name: plain(name, NAME_CHARACTERS) || plain(site.factory, NAME_CHARACTERS),
    cap: capWords(boxes, cap),
    used: utilisation === null ? '' : percent(utilisation),
    split: `${count(placed)} placed, ${count(simulated)} simulated`,
    moved: delta_boxes === null ? '' : changeWords(delta_boxes, previous_boxes ?? 0),
    over: p90_over_cap > 0 ? `P90 ${count(p90_over_cap)} over cap` : '',
    isTight,
  };
}

function capWords(boxes: number, cap: number | null): string {
  if (cap === null) return `${plural(boxes, 'box', 'boxes')}, no cap`;
  return cap === 0 && boxes === 0 ? 'closed' : `${count(boxes)} of ${count(cap)}`;
}

function changeWords(delta: number, before: number): string {
  return delta === 0 || before === 0 ? change(delta) : `${change(delta)} (${percentChange(delta / before)})`;
}

function weekTotal(week: WeekSummary): string {
  if (week.status === 'FAILED') return 'FAILED';
  const left = week.unallocated ? `, ${count(week.unallocated)} without a factory` : '';
  return `${plural(week.boxes ?? 0, 'box', 'boxes')}${left}`;
}

function failureOf({ failure }: WeekSummary): string {
  return failure ? `${plain(failure.error, 60)}: ${plain(failure.message, 300)}` : 'no reason is known';
}

function weekRow(week: WeekSummary): Markup {
  const isBad = week.status === 'FAILED' || Boolean(week.unallocated);
  const reason =
    week.status === 'FAILED'
      ? html`<br /><span class="muted" style="word-break:break-word;${STYLE.muted}">${failureOf(week)}</span>`
      : NOTHING;
  return html`<tr>
    <td colspan="3" class="line ink" style="${STYLE.cell};padding-top:14px;${STYLE.ink}">
      <strong>${week.menu_week}</strong>&nbsp;
      <span class="${isBad ? 'bad' : 'ink'}" style="${isBad ? 'color:#a52a1c' : STYLE.ink}"
        >${weekTotal(week)}</span
      >
      ${reason}
    </td>
  </tr>`;
}

function siteRow({ site, name, cap, used, split, moved, over, isTight }: Shown): Markup {
  return html`<tr>
    <td
      class="line ink"
      width="40%"
      style="width:40%;word-break:break-word;overflow-wrap:anywhere;${STYLE.cell};${STYLE.ink}"
    >
      ${name}<br /><span class="muted" style="${STYLE.muted}">${split}</span>
    </td>
    <td class="line ink" width="32%" style="width:32%;${STYLE.cell};padding-left:10px;${STYLE.ink}">
      ${cap}${site.utilisation === null ? NOTHING : bar(site.utilisation, isTight)}${over === '' ? NOTHING : html`<div class="warn" style="font-size:13px;line-height:18px;color:#8a5200">${over}</div>`}
    </td>
    <td class="line ink" align="right" style="${STYLE.cell};padding-left:10px;${STYLE.number};${STYLE.ink}">
      <strong class="${isTight ? 'warn' : 'ink'}" style="${isTight ? 'color:#8a5200' : STYLE.ink}"
        >${used}</strong
      ><br /><span class="muted" style="${STYLE.muted}">${moved}</span>
    </td>
  </tr>`;
}

/** Two cells with a background: every client shows them, whether it loads pictures or not. */
function bar(utilisation: number, isTight: boolean): Markup {
  const full = Math.max(0, Math.min(100, Math.round(100 * utilisation)));
  const thin = 'height:8px;line-height:8px;font-size:0';
  const filled = html`<td
    width="${full}%"
    bgcolor="${isTight ? '#d98a1f' : '#3a9d87'}"
    style="width:${full}%;${thin};background:${isTight ? '#d98a1f' : '#3a9d87'}"
  >
    &nbsp;
  </td>`;
  const empty = html`<td class="track" bgcolor="#e3e6ec" style="${thin};background:#e3e6ec">&nbsp;</td>`;
  const cells = [...(full > 0 ? [filled] : []), ...(full < 100 ? [empty] : [])];
  return html`<table
    role="presentation"
    width="100%"
    cellpadding="0"
    cellspacing="0"
    border="0"
    style="width:100%;margin:5px 0 2px;border-collapse:collapse"
  >
    <tr>
      ${cells}
    </tr>
  </table>`;
}

function weekLine(week: WeekSummary): string {
  const reason = week.status === 'FAILED' ? `: ${failureOf(week)}` : '';
  return `${week.menu_week}  ${weekTotal(week)}${reason}`;
}

function siteLines(sites: readonly Shown[]): string[] {
  const width = (cell: (row: Shown) => string) => Math.max(0, ...sites.map((row) => cell(row).length));
  const [name, cap] = [width((row) => row.name), width((row) => row.cap)];
  return sites.map((row) =>
    [
      `  ${row.name.padEnd(name)}  ${row.cap.padStart(cap)}  ${row.used.padStart(6)}`,
      row.split,
      ...(row.moved ? [row.moved] : []),
      ...(row.over ? [row.over] : []),
    ].join('  '),
  );
}
