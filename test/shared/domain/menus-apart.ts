/** Weeks in which no factory carries every recipe. */
import type { Week } from '../../../shared/domain/model.ts';
import { makeWeek, type WeekSettings } from './weeks.ts';

/** Of three factories, recipe r is carried by factory r modulo 3 alone. */
export function apart(
  boxes: number,
  mix: NonNullable<WeekSettings['mix']>,
  uptake: readonly number[],
  placed: NonNullable<WeekSettings['placed']> = [],
): Week {
  const factories = ['exact', 'at_most', 'at_most'] as const;
  return makeWeek({ boxes, mix, uptake, factories, carriedBy: uptake.map((_, r) => 1 << (r % 3)), placed });
}
