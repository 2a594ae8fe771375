import {
  addWeeks,
  datesOf,
  parseDate,
  parseMenuWeek,
  weekOfDate,
  weeksBetween,
  weeksInYear,
} from '../../../shared/domain/iso-week.ts';
import type { MenuWeek } from '../../../shared/domain/model.ts';

describe('ISO weeks', () => {
  it('know the years of 53 weeks', () => {
    expect([2020, 2025, 2026, 2027, 2032].map(weeksInYear)).toEqual([53, 52, 53, 52, 53]);
    expect(parseMenuWeek('2026-W53')).toBe('2026-W53');
    expect([
      parseMenuWeek('2027-W53'),
      parseMenuWeek('2026-W00'),
      parseMenuWeek('2026-W5'),
      parseMenuWeek('w'),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('begin on Mondays and cross the year', () => {
    expect(datesOf('2026-W53' as MenuWeek)).toEqual([
      '2026-12-28',
      '2026-12-29',
      '2026-12-30',
      '2026-12-31',
      '2027-01-01',
      '2027-01-02',
      '2027-01-03',
    ]);
    expect(addWeeks('2026-W52' as MenuWeek, 2)).toBe('2027-W01');
    expect(weeksBetween('2026-W49' as MenuWeek, '2027-W02' as MenuWeek)).toBe(6);
  });

  it('agree with their own dates over sixty years', () => {
    let week = '1999-W52' as MenuWeek;
    for (let at = 0; at < 60 * 52; at++) {
      for (const date of datesOf(week)) expect(weekOfDate(date)).toBe(week);
      week = addWeeks(week, 1);
    }
  });

  it('refuse dates that no calendar has', () => {
    expect(parseDate('2028-02-29')).toBe('2028-02-29');
    expect(parseDate('2027-02-29')).toBeUndefined();
    expect(parseDate('2026-1-1')).toBeUndefined();
  });
});
