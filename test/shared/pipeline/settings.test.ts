import type { MenuWeek } from '../../../shared/domain/model.ts';
import { isWhatIf, parseRunRequest, resolveWeeks } from '../../../shared/pipeline/settings.ts';

const listed = ['2026-W49', '2026-W50', '2026-W51', '2026-W52', '2026-W53', '2027-W01'] as MenuWeek[];
const now = '2026-W48' as MenuWeek;
const weeks = (request: unknown) => resolveWeeks(parseRunRequest(request), listed, now);

describe('the settings of a run', () => {
  it('default to four weeks from the first that the input lists', () => {
    expect(weeks({})).toEqual(listed.slice(0, 4));
    expect(resolveWeeks(parseRunRequest({}), listed.slice(0, 2), now)).toEqual(listed.slice(0, 2));
  });

  it('take a count, a list in any order, a start, and the upcoming weeks', () => {
    expect(weeks({ weeks: 6 })).toEqual(listed);
    expect(weeks({ weeks: ['2026-W53', '2026-W50', '2026-W53'] })).toEqual(['2026-W50', '2026-W53']);
    expect(weeks({ startWeek: '2026-W52', weeks: 3 })).toEqual(['2026-W52', '2026-W53', '2027-W01']);
    expect(resolveWeeks(parseRunRequest({ startWeek: 'upcoming', weeks: 1 }), listed, listed[1])).toEqual(['2026-W51']);
  });

  it.each([
    [{ weeks: 7 }, /7 weeks were asked for, and weeks.csv lists 6 from 2026-W49 on/],
    [{ weeks: ['2026-W40'] }, /no row for 2026-W40: it lists 2026-W49 to 2027-W01/],
    [{ startWeek: '2027-W09' }, /no row for 2027-W09/],
    [{ weeks: 0 }, /settings\.weeks/],
    [{ startWeek: '2026-49' }, /settings\.startWeek: expected an ISO week/],
    [{ maxConcurrency: 1001 }, /settings\.maxConcurrency/],
    [
      { capOverrides: [{ factory: 'A', deliveryDate: 'soon', cap: 3 }] },
      /settings\.capOverrides\.0\.deliveryDate: expected a date/,
    ],
    [{ wekes: 4 }, /wekes/],
    ['4', /settings/],
  ])('refuse %j with the place and what is accepted', (request, message) => {
    expect(() => weeks(request)).toThrow(message);
    expect(() => weeks(request)).toThrow(expect.objectContaining({ name: 'InputRefused' }) as Error);
  });

  it('make a run with overrides a what-if', () => {
    expect(isWhatIf(parseRunRequest({ label: 'plain' }))).toBe(false);
    expect(isWhatIf(parseRunRequest({ volumeMultiplier: { '2026-W49': 1.1 } }))).toBe(true);
    expect(isWhatIf(parseRunRequest({ constraints: { maxRecipeShare: 0.1 } }))).toBe(true);
    expect(
      isWhatIf(parseRunRequest({ capOverrides: [{ factory: 'A', deliveryDate: '2026-12-01', cap: 'inf' }] })),
    ).toBe(true);
  });
});

describe('a scheduled time', () => {
  it('has one form for one instant, and is refused where there is none', () => {
    const timeOf = (scheduledTime: string) => parseRunRequest({ scheduledTime }).scheduledTime;
    expect(timeOf('2026-12-03T05:00:00Z')).toBe(timeOf('2026-12-03T05:00:00.000Z'));
    for (const wrong of ['2026-99-99T99:99:99Z', '2026-12-03', 'at five'])
      expect(() => timeOf(wrong)).toThrow('expected an instant such as 2026-12-03T05:00:00Z');
  });
});
