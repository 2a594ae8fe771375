/** Numbers, times and dates for people. */
const WHOLE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const FINE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 });

export function number(value: number): string {
  return Number.isInteger(value) ? WHOLE.format(value) : FINE.format(value);
}

export function percent(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)}%`;
}

export function signed(value: number): string {
  return value > 0 ? `+${number(value)}` : value < 0 ? `−${number(-value)}` : '0';
}

/** 950 ms, 12.3 s, 4 min 05 s, 2 h 10 min */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  const padded = (value: number) => String(value).padStart(2, '0');
  if (minutes < 60) return `${minutes} min ${padded(Math.floor((ms % 60_000) / 1_000))} s`;
  return `${Math.floor(minutes / 60)} h ${padded(minutes % 60)} min`;
}

/** Whole seconds: what still runs should not flicker. */
export function running(ms: number): string {
  return ms < 60_000 ? `${Math.max(0, Math.floor(ms / 1_000))} s` : duration(ms);
}

const INSTANT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});

/** 23 Nov, 14:48 — where the reader is. */
export const instant = (iso: string) => INSTANT.format(new Date(iso));
/** 14:48:57 — where the reader is. */
export const clock = (iso: string) => CLOCK.format(new Date(iso));
/** Mon 30 Nov */
export const day = (date: string) =>
  Number.isNaN(Date.parse(date)) ? date : DAY.format(new Date(`${date}T00:00:00Z`)).replace(',', '');

export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  return count < 1_000_000 ? `${(count / 1_000).toFixed(0)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** A name of the code as plain words: unallocated_boxes, unallocatedBoxes → unallocated boxes. */
export function words(name: string): string {
  return name.replace(/_/g, ' ').replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}
