import { html, type Markup } from './markup.ts';

/** One part of the mail, said twice: no client shows both. */
export interface Section {
  readonly html: Markup;
  /** Lines. */
  readonly text: readonly string[];
}

/**
 * Inline styles, which every client honours, in light colours. The classes are for dark mode alone: their
 * colours stand in the head, which some clients drop.
 */
export const STYLE = {
  font: "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif",
  ink: 'color:#1d2433',
  muted: 'color:#5b6475;font-size:13px;line-height:18px',
  number: 'text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums',
  cell: 'padding:7px 0;border-top:1px solid #e3e6ec;vertical-align:top',
} as const;

export const DARK_MODE = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background:#12151b!important}.card{background:#1b1f27!important}
.ink{color:#e8eaf0!important}.muted{color:#a3abba!important}.line{border-color:#353c4a!important}
.track{background:#39414f!important}.link{color:#6fc3b0!important}
.bad{color:#ff8f80!important}.warn{color:#f2b25c!important}.good{color:#6fc3b0!important}
.badbox{background:#3a2323!important}.goodbox{background:#1d322d!important}.warnbox{background:#37301f!important}
}
@media (max-width:480px){.card{padding:16px 14px!important}}
`.trim();

/** A section's title, with room above. */
export function title(text: string): Markup {
  return html`<h2
    class="ink"
    style="margin:26px 0 8px;font-size:16px;line-height:22px;font-weight:600;${STYLE.ink}"
  >
    ${text}
  </h2>`;
}

/** A table that carries layout and whose head screen readers need not announce. */
export function layout(rows: readonly Markup[]): Markup {
  return html`<table
    role="presentation"
    width="100%"
    cellpadding="0"
    cellspacing="0"
    border="0"
    style="width:100%;border-collapse:collapse"
  >
    ${rows}
  </table>`;
}

/** A small grey line. */
export function note(text: string): Markup {
  return html`<p class="muted" style="margin:6px 0 0;${STYLE.muted}">${text}</p>`;
}
