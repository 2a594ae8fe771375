/** The options of these tools: whole numbers, each by its name. */
import { parseArgs } from 'node:util';

/** @throws TypeError for an option that is not among the names */
export function wholeOptions(names: readonly string[]): Readonly<Record<string, unknown>> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  return parseArgs({ options }).values;
}

/** @throws Error where the option is no whole number */
export function numberOption(
  values: Readonly<Record<string, unknown>>,
  name: string,
  otherwise: number,
): number {
  const value = values[name];
  if (value === undefined) return otherwise;
  if (typeof value !== 'string' || !/^\d+$/.test(value))
    throw new Error(`--${name}: expected a whole number.`);
  return Number(value);
}
