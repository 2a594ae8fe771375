/** ISO 8601 weeks (`YYYY-Www`, Monday to Sunday, a year has 52 or 53) and calendar dates. */
import type { DeliveryDate, MenuWeek } from './model.ts';

const DAY_MS = 86_400_000;

/** Monday of the week, as days since 1970-01-01. */
function mondayOf(year: number, week: number): number {
  // 4 January is always in week 1.
  const fourth = Date.UTC(year, 0, 4) / DAY_MS;
  const weekday = (fourth + 3) % 7;
  return fourth - weekday + (week - 1) * 7;
}

/** 52 or 53. */
export function weeksInYear(year: number): number {
  return (mondayOf(year + 1, 1) - mondayOf(year, 1)) / 7;
}

/** The week that the text names; undefined where there is none, such as 2027-W53. */
export function parseMenuWeek(text: string): MenuWeek | undefined {
  const match = /^(\d{4})-W(\d{2})$/.exec(text);
  if (!match) return undefined;
  const [year, week] = [Number(match[1]), Number(match[2])];
  return week >= 1 && week <= weeksInYear(year) ? (text as MenuWeek) : undefined;
}

/** The date that the text names; undefined where the calendar has none, such as 2026-02-30. */
export function parseDate(text: string): DeliveryDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text) ? (text as DeliveryDate) : undefined;
}

function monday(week: MenuWeek): number {
  return mondayOf(Number(week.slice(0, 4)), Number(week.slice(6)));
}

/** How many weeks `to` comes after `from`; negative where it comes before. */
export function weeksBetween(from: MenuWeek, to: MenuWeek): number {
  return (monday(to) - monday(from)) / 7;
}

/** The week `count` weeks after this one. */
export function addWeeks(week: MenuWeek, count: number): MenuWeek {
  return weekOfDay(monday(week) + 7 * count);
}

/** The seven dates of a week, from Monday. */
export function datesOf(week: MenuWeek): DeliveryDate[] {
  const first = monday(week);
  return Array.from(
    { length: 7 },
    (_, day) => new Date((first + day) * DAY_MS).toISOString().slice(0, 10) as DeliveryDate,
  );
}

/** The week that a date (`YYYY-MM-DD`) lies in. */
export function weekOfDate(date: string): MenuWeek {
  return weekOfDay(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
}

function weekOfDay(day: number): MenuWeek {
  // The week's Thursday decides which year it belongs to.
  const thursday = day - ((day + 3) % 7) + 3;
  const year = new Date(thursday * DAY_MS).getUTCFullYear();
  const week = (thursday - 3 - mondayOf(year, 1)) / 7 + 1;
  return `${year}-W${String(week).padStart(2, '0')}` as MenuWeek;
}
