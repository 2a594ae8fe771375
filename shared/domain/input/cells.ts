/** From the text of a cell to its value, or to a sentence that says what is accepted. */
import { parseDate, parseMenuWeek } from '../iso-week.ts';
import type { DeliveryDate, MenuWeek } from '../model.ts';

export type Cell<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly expected: string };

/** How the cells of a column of a CSV file are read. */
export interface Column<T> {
  readonly parse: (text: string) => Cell<T>;
  /** The column may be missing, and its cells empty. */
  readonly optional: boolean;
}

const right = <T>(value: T): Cell<T> => ({ ok: true, value });
const wrong = (expected: string) => ({ ok: false, expected }) as const;
const column = <T>(parse: (text: string) => Cell<T>): Column<T> => ({ parse, optional: false });

export function optional<T>({ parse }: Column<T>): Column<T | undefined> {
  return { optional: true, parse: (text) => (text === '' ? right(undefined) : parse(text)) };
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** A number in [min, max]. */
export function number(min: number, max: number): Column<number> {
  const expected = `expected a number from ${min} to ${max}`;
  return column((text) => {
    const value = NUMBER.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? right(value) : wrong(expected);
  });
}

/** A whole number in [min, max]. */
export function whole(min: number, max: number): Column<number> {
  const expected = `expected a whole number from ${min} to ${max}`;
  return column((text) => {
    const value = /^\+?\d+(\.0*)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? right(value) : wrong(expected);
  });
}

/** Boxes of a week, and of a cap. */
export const MAX_BOXES = 100_000_000;

/** A part of a whole. */
export const share = number(0, 1);

/** Boxes that a factory can take on a day; `inf` for no cap. */
export const cap: Column<number> = column((text) => {
  if (/^inf$/i.test(text)) return right(Number.POSITIVE_INFINITY);
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value <= MAX_BOXES ? right(value) : wrong('expected a whole number of boxes, 0 for closed, or inf for no cap');
});

const MAX_ID_CHARACTERS = 200;
const MAX_TEXT_CHARACTERS = 1_000;

/** Text that people read has none of these: they are a sign of another encoding or of damaged bytes. */
const CONTROL = /(?![\t\n\r])\p{Cc}/u;

/** An id as it stands: not empty, no line break. */
export function id<T extends string>(): Column<T> {
  const expected = `expected an id of 1 to ${MAX_ID_CHARACTERS} characters, without control characters`;
  const isId = (text: string) =>
    text !== '' && text.length <= MAX_ID_CHARACTERS && !/[\r\n\t]/.test(text) && !CONTROL.test(text);
  return column((text) => (isId(text) ? right(text as T) : wrong(expected)));
}

/** Text that people read: not empty. */
export const text: Column<string> = textUpTo(MAX_TEXT_CHARACTERS);

/** Text of 1 to `max` characters. */
export function textUpTo(max: number): Column<string> {
  const expected = `expected text of 1 to ${max} characters, without control characters`;
  return column((text) => (text !== '' && text.length <= max && !CONTROL.test(text) ? right(text) : wrong(expected)));
}

export const menuWeek: Column<MenuWeek> = column((cell) => {
  const week = parseMenuWeek(cell);
  return week ? right(week) : wrong('expected an ISO week such as 2026-W49');
});

/** `*` stands for every week. */
export const anyWeek = column<MenuWeek | '*'>((cell) => {
  if (cell === '*') return right('*' as const);
  const week = parseMenuWeek(cell);
  return week ? right(week) : wrong('expected an ISO week such as 2026-W49, or * for every week');
});

export const date: Column<DeliveryDate> = column((cell) => {
  const day = parseDate(cell);
  return day ? right(day) : wrong('expected a date such as 2026-12-03');
});

export const flag: Column<boolean> = column((cell) => {
  if (/^(true|1|yes)$/i.test(cell)) return right(true);
  return /^(false|0|no)$/i.test(cell) ? right(false) : wrong('expected true or false');
});

export function oneOf<T extends string>(...choices: readonly T[]): Column<T> {
  return column((cell) => {
    const found = choices.find((choice) => choice === cell);
    return found === undefined ? wrong(`expected ${choices.join(' or ')}`) : right(found);
  });
}
