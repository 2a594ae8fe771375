/** From when on something deserves an alert (docs/alerts.md). */
import { InputRefused } from '../../pipeline/errors.ts';
import * as z from '../../pipeline/schema.ts';

export const thresholdsSchema = z.strictObject({
  /** Boxes of a ceiling's caps, as a share. */
  utilisation: z._default(z.number().check(z.gt(0), z.lte(1)), 0.95),
  /** By how many percentage points the catch-all's share of the boxes may rise. */
  catchAllSharePoints: z._default(z.number().check(z.gte(0), z.lte(100)), 5),
  /** A SKU's week: both more than this percentage and at least these packs. */
  skuChangePercent: z._default(z.number().check(z.gte(0)), 15),
  skuChangeMinPacks: z._default(z.int().check(z.minimum(0)), 50),
  /** How long ago the inputs may have been read, or last have changed. */
  dataAgeHours: z._default(z.number().check(z.gt(0)), 24),
  /** A week that delivers within so many days should have placed orders. */
  ordersExpectedDays: z._default(z.int().check(z.minimum(0)), 10),
});
export type Thresholds = z.infer<typeof thresholdsSchema>;

export const DEFAULT_THRESHOLDS: Thresholds = thresholdsSchema.parse({});

/**
 * The thresholds of a stack.
 *
 * @param json what differs from the defaults, such as `{"utilisation": 0.9}`
 * @throws {@link InputRefused} that says what is wrong
 */
export function parseThresholds(json: string | undefined): Thresholds {
  if (json === undefined || json === '') return DEFAULT_THRESHOLDS;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new InputRefused('LARDER_ALERT_THRESHOLDS is not JSON; expected such as {"utilisation": 0.9}.');
  }
  const parsed = thresholdsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'value'}: ${issue.message}`);
  throw new InputRefused(`LARDER_ALERT_THRESHOLDS: ${wrong.join('; ')}`);
}
