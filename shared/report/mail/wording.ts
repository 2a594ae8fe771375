/** Numbers, instants and names as people read them in a mail. */

const whole = new Intl.NumberFormat('en-GB');
const instant = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });

/** 12,345. */
export function count(value: number): string {
  return whole.format(value);
}

/** +1,200, −80 or ±0. */
export function change(value: number): string {
  if (value === 0) return '±0';
  return `${value > 0 ? '+' : '−'}${whole.format(Math.abs(value))}`;
}

/** A share of 1 as 92.3%. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/** A signed share, to a tenth of a percent while small: +2.5%, −31%. */
export function percentChange(share: number): string {
  const size = Math.abs(100 * share);
  return `${share < 0 ? '−' : '+'}${size < 10 ? size.toFixed(1) : whole.format(Math.round(size))}%`;
}

/** `24 Nov 2026, 05:00 UTC`; a text that is no instant as it stands. */
export function time(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? plain(iso, 40) : `${instant.format(at)} UTC`;
}

/** `Thu 3 Dec`. */
export function date(iso: string): string {
  return day.format(Date.parse(`${iso}T00:00:00Z`)).replace(',', '');
}

/** `1 box`, `2 boxes`. */
export function plural(many: number, one: string, more: string): string {
  return `${count(many)} ${many === 1 ? one : more}`;
}

/** 3.2 MB. */
export function size(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Characters that break lines, hide, or turn the direction of what follows. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Somebody else's words on one line, nothing unseen in them, cut after `limit` characters as people count them. */
export function plain(text: string, limit: number): string {
  const line = text
    .slice(0, 20 * limit)
    .replace(UNSEEN, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= limit) return line;
  const characters = Array.from(graphemes.segment(line), ({ segment }) => segment);
  return characters.length <= limit
    ? line
    : `${characters
        .slice(0, limit - 1)
        .join('')
        .trimEnd()}…`;
}
