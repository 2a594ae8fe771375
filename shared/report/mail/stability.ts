/** How far the recipes moved since the last forecast, and how much of that was routing. */
import type { Summary } from '../summary.ts';
import { html } from './markup.ts';
import { STYLE, title, type Section } from './section.ts';
import { percent } from './wording.ts';

export function stability({ wmape_site: site, wmape_global: global }: Summary): Section {
  if (site === null || global === null) {
    return { html: html``, text: [] };
  }
  const apart = site - global;
  const figures = `WMAPE_site ${percent(site)}, WMAPE_global ${percent(global)}`;
  const meaning =
    apart < 0.0005
      ? 'They are the same: all of the change is demand, and no work was moved between factories.'
      : `The gap of ${(100 * apart).toFixed(1)} points is work moved between factories; the rest, ${percent(global)}, is demand that changed wherever it is cooked.`;
  return {
    html: html`${title('Stability since the last forecast')}
      <p class="ink" style="margin:0;${STYLE.ink}"><strong>${figures}.</strong> ${meaning}</p>`,
    text: ['STABILITY SINCE THE LAST FORECAST', `${figures}.`, meaning],
  };
}
