import { DEFAULT_THRESHOLDS, parseThresholds } from '../../../../shared/report/alerts/thresholds.ts';

describe('thresholds', () => {
  it('keep their defaults where nothing else is said', () => {
    expect(parseThresholds(undefined)).toEqual(DEFAULT_THRESHOLDS);
    expect(parseThresholds('{"utilisation": 0.8}')).toEqual({ ...DEFAULT_THRESHOLDS, utilisation: 0.8 });
  });

  it.each(['{', '{"utilisation": 95}', '{"utilization": 0.9}', '[]'])('%s is refused with a sentence', (json) => {
    expect(() => parseThresholds(json)).toThrow(/LARDER_ALERT_THRESHOLDS/);
  });
});
