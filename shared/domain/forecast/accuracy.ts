/** How far a forecast was from what was really needed. */

/** What a factory was to need of a SKU on a day, and what it did; packs. */
export interface Outcome {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly actual: number;
}

/** Of several outcomes together; null where nothing was needed at all. */
export interface Accuracy {
  /** Outcomes: a factory's SKU on a day, each. */
  readonly rows: number;
  readonly forecast: number;
  readonly actual: number;
  /** Σ|P50 − actual| / Σ actual. */
  readonly wmape: number | null;
  /** Σ(P50 − actual) / Σ actual: above 0, too much was forecast. */
  readonly bias: number | null;
  /** Share of the outcomes from P10 to P90, both included; 0.8 is aimed at. */
  readonly coverage: number | null;
  /** Quantile loss, the mean of P10, P50 and P90, / Σ actual: the smaller, the better the whole interval. */
  readonly pinball: number | null;
}

/** Adds outcomes up, a group of them at a time. */
export class AccuracySum {
  private rows = 0;
  private forecast = 0;
  private actual = 0;
  private missed = 0;
  private inside = 0;
  private loss = 0;

  add({ p10, p50, p90, actual }: Outcome): void {
    this.rows++;
    this.forecast += p50;
    this.actual += actual;
    this.missed += Math.abs(p50 - actual);
    if (actual >= p10 && actual <= p90) this.inside++;
    this.loss += (pinball(0.1, p10, actual) + pinball(0.5, p50, actual) + pinball(0.9, p90, actual)) / 3;
  }

  result(): Accuracy {
    const { rows, forecast, actual } = this;
    const ofActual = (value: number) => (actual > 0 ? rounded(value / actual) : null);
    return {
      rows,
      forecast,
      actual,
      wmape: ofActual(this.missed),
      bias: ofActual(forecast - actual),
      coverage: rows > 0 ? rounded(this.inside / rows) : null,
      pinball: ofActual(this.loss),
    };
  }
}

/** https://en.wikipedia.org/wiki/Quantile_regression: what a quantile costs that turned out as `actual`. */
function pinball(share: number, quantile: number, actual: number): number {
  return actual >= quantile ? share * (actual - quantile) : (1 - share) * (quantile - actual);
}

function rounded(value: number): number {
  return Number(value.toFixed(6));
}
