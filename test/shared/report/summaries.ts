/** A revision's summary, made up: two weeks of two factories, one of them without a cap. */
import type { SiteSummary, Summary } from '../../../shared/report/summary.ts';

export function site(menuWeek: string, fields: Partial<SiteSummary> = {}): SiteSummary {
  return {
    menu_week: menuWeek,
    factory: 'OAK',
    name: 'Oakfield',
    boxes: 1_234,
    placed: 1_000,
    simulated: 234,
    previous_boxes: 1_200,
    delta_boxes: 34,
    cap: 1_300,
    utilisation: 0.9492,
    p90_over_cap: 0,
    days: [
      { delivery_date: '2026-11-30', boxes: 700, cap: 700 },
      { delivery_date: '2026-12-01', boxes: 534, cap: 600 },
    ],
    ...fields,
  };
}

const open = {
  factory: 'WAR',
  name: 'Warrington',
  boxes: 2_345,
  placed: 2_000,
  simulated: 345,
  cap: null,
  utilisation: null,
  days: [{ delivery_date: '2026-11-30', boxes: 2_345, cap: null }],
};

export function summary(fields: Partial<Summary> = {}): Summary {
  const weeks = ['2026-W49', '2026-W50'];
  return {
    run_id: 'run-1',
    revision: 1,
    status: 'PUBLISHED',
    kind: 'baseline',
    label: null,
    correction: null,
    corrects: null,
    generated_at: '2026-11-23T08:05:00.000Z',
    data_as_of: '2026-11-23T08:00:00.000Z',
    previous: { run_id: 'run-0', revision: 3, published_at: '2026-11-22T08:05:00.000Z' },
    weeks: weeks.map((menu_week) => ({
      menu_week,
      status: 'COMPLETE',
      attempt: 1,
      boxes: 3_579,
      placed: 3_000,
      simulated: 579,
      unallocated: 0,
      wmape_site: 0.05,
      wmape_global: 0.03,
      failure: null,
      previous: { run_id: 'run-0', revision: 3 },
    })),
    totals: { boxes: 7_158, placed: 6_000, simulated: 1_158, unallocated: 0 },
    wmape_site: 0.05,
    wmape_global: 0.03,
    sites: weeks.flatMap((week) => [site(week), site(week, open)]),
    alerts: [
      {
        severity: 'warning',
        kind: 'utilisation_high',
        menu_week: '2026-W49',
        factory: 'OAK',
        message: 'Oakfield uses 94.9% of its caps',
      },
    ],
    top_changes: [
      {
        menu_week: '2026-W49',
        sku: 'S1',
        name: 'Carrot',
        unit: 'bag',
        category: 'changed',
        previous_p50: 1_000,
        p50: 1_310,
        delta: 310,
        delta_pct: 31,
      },
    ],
    ...fields,
  };
}
