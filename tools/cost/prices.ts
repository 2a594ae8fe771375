/**
 * What AWS charges, on demand, without free tiers or discounts. Looked up 2026-11 on the services' pricing pages.
 */
export const PRICES = {
  region: 'us-east-1',
  asOf: '2026-11',
  /** US dollars per unit. */
  usd: {
    stateTransition: 25 / 1e6,
    lambdaRequest: 0.2 / 1e6,
    /** arm64 */
    lambdaGigabyteSecond: 0.0000133334,
    sqsRequest: 0.4 / 1e6,
    dynamoWriteUnit: 0.625 / 1e6,
    dynamoReadUnit: 0.125 / 1e6,
    s3Write: 5 / 1e6,
    s3Read: 0.4 / 1e6,
    s3GigabyteMonth: 0.023,
    mail: 0.1 / 1e3,
    event: 1 / 1e6,
    logGigabyte: 0.5,
    metricMonth: 0.3,
    alarmMonth: 0.1,
    dashboardMonth: 3,
  },
} as const;
