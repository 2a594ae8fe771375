/** The catalogue of the stages that a week goes through, in their order: all that is known of a stage but its work. */

interface StageEntry {
  /** What it does, as people read it. */
  readonly title: string;
  /** Its worker, as people read it. */
  readonly worker: string;
  /** The folder of its worker under functions/. */
  readonly folder: string;
  /** Its worker's id in the stack. */
  readonly functionId: string;
  /** Its callback state in the state machine. */
  readonly stateName: string;
  /** The environment variable that holds the URL of its queue. */
  readonly queueVariable: string;
  /** The output of the stack that holds the URL of its queue. */
  readonly queueOutput: string;
  /** What a replay that begins with it starts from. */
  readonly replaysFrom: string;
}

/** An entry here, a worker in functions/ and the places where the compiler then misses something make a new stage. */
export const STAGE_CATALOGUE = {
  extract: {
    title: 'Extract data',
    worker: 'Data Extractor',
    folder: 'data-extractor',
    functionId: 'DataExtractor',
    stateName: 'ExtractData',
    queueVariable: 'EXTRACT_QUEUE_URL',
    queueOutput: 'ExtractQueueUrl',
    replaysFrom: 'the inputs are read again',
  },
  simulate: {
    title: 'Simulate orders',
    worker: 'Order Simulator',
    folder: 'order-simulator',
    functionId: 'OrderSimulator',
    stateName: 'SimulateOrders',
    queueVariable: 'SIMULATE_QUEUE_URL',
    queueOutput: 'SimulateQueueUrl',
    replaysFrom: 'from the data as they were',
  },
  forecast: {
    title: 'Forecast sites',
    worker: 'Site Specific Forecast',
    folder: 'site-forecast',
    functionId: 'SiteForecast',
    stateName: 'ForecastSites',
    queueVariable: 'FORECAST_QUEUE_URL',
    queueOutput: 'ForecastQueueUrl',
    replaysFrom: 'from the orders as they were',
  },
} as const satisfies Readonly<Record<string, StageEntry>>;

export type Stage = keyof typeof STAGE_CATALOGUE;

/** The stages in the order in which a week goes through them. */
export const STAGES = Object.keys(STAGE_CATALOGUE) as readonly Stage[];
/** Where a week begins. */
export const FIRST_STAGE = STAGES[0];
/** Where a week ends: what this stage commits is what the Publisher publishes. */
export const LAST_STAGE = STAGES[STAGES.length - 1];

/** The stage after this one; undefined after the last. */
export function nextStage(stage: Stage): Stage | undefined {
  return STAGES[STAGES.indexOf(stage) + 1];
}

/** The stage before this one; undefined before the first. */
export function stageBefore(stage: Stage): Stage | undefined {
  return STAGES[STAGES.indexOf(stage) - 1];
}

/** Something for each stage. */
export function byStage<T>(make: (stage: Stage) => T): Readonly<Record<Stage, T>> {
  return Object.fromEntries(STAGES.map((stage) => [stage, make(stage)])) as Record<Stage, T>;
}
