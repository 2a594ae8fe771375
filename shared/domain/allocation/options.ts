/**
 * All that can be tuned in the routing of a day: what it means, its bounds, and its default, which is the value that stands
 * here. No run sets any of them, and all work is counted in steps, none in seconds: a plan depends on its day alone.
 * "Price", "cost" and "change" are in units of the objective: one recipe in one box more or less in a factory.
 */

// Plateau descent (descend.ts)

/** Boxes that the first descent tries, for each box with a choice. At least 1. */
export const DESCENT_STEPS_PER_CHOICE = 30;

/** Boxes that a descent tries, and moves that an annealing tries, at least. At least 1. */
export const MIN_STEPS = 50_000;

/** Boxes with which a box is tried to change places. At least 1; more cost time and find little. */
export const MAX_SWAP_PARTNERS = 4;

// Lagrangian bound (lagrangian-bound.ts)

/** Steps of all prices, at most. At least `GUIDE_ROUND`. */
export const MAX_ROUNDS = 900;

/**
 * The prices that guide the annealing are of this round, when the bound has nearly come to rest. Later prices prove a
 * little more and guide worse: they turn ties into preferences that only the linear program has. 1 to `MAX_ROUNDS`.
 */
export const GUIDE_ROUND = 340;

/** Smoothing of the minima in the first round. Above `MIN_SMOOTHING`. */
export const START_SMOOTHING = 0.3;

/** What a round leaves of the smoothing. Above 0, below 1. */
export const SMOOTHING_DECAY = 0.985;

/** Smoothing of the minima at last; prices closer than a few times this leave it open where a box goes. Above 0. */
export const MIN_SMOOTHING = 0.002;

/** A factory dearer than the cheapest by more than so many times the smoothing gets none of a box. At least 10. */
export const MAX_SMOOTHED_EXCESS = 30;

/** A smaller share of a box in a factory counts as none. 0 to 0.001. */
export const MIN_SMOOTHED_SHARE = 1e-9;

/** Added to the curvature by which a step is divided, so that no step is endless. Above 0. */
export const CURVATURE_OFFSET = 0.5;

/** Rounds without a relative gain of `MIN_RELATIVE_GAIN` that end the search. At least 1. */
export const MAX_ROUNDS_WITHOUT_GAIN = 60;
/** What a round must gain of the target to count as progress. Above 0, to 1. */
export const MIN_RELATIVE_GAIN = 1e-4;

/** A bound below the best by more than this part of the target says that the steps are too long. Above 0, to 1. */
export const MAX_RELATIVE_LOSS = 0.1;

/** What is left of the length of the steps then. Above 0, below 1. */
export const STEP_REDUCTION = 0.7;

/** Rounds in which such a loss says nothing yet. At least 0. */
export const WARM_UP_ROUNDS = 30;

// Simulated annealing (anneal.ts)

/** Moves that an annealing tries, for each box with a choice. At least 1. */
export const ANNEALING_STEPS_PER_CHOICE = 1_500;

/** Moves that an annealing tries, at most. At least `MIN_STEPS`. */
export const MAX_ANNEALING_STEPS = 12_000_000;

/** Temperature at the start. At least `END_TEMPERATURE`. */
export const START_TEMPERATURE = 0.4;

/** Temperature at the end. Above 0. */
export const END_TEMPERATURE = 0.18;

/** Moves tried at one temperature. At least 1. */
export const STEPS_PER_TEMPERATURE = 16_384;

/** A move that costs more than so many times the temperature is never made. At least 5. */
export const MAX_COST_IN_TEMPERATURES = 12;

/** Penalty on (boxes past a cap)² at the start. Above 0. */
export const START_PENALTY = 0.02;

/** The same at the end. At least `START_PENALTY`. */
export const END_PENALTY = 4;

/** A factory's price above this says that its cap binds. At least 0. */
export const MIN_BINDING_PRICE = 1e-3;

/**
 * In turn, an annealing each: boxes stay open whose two cheapest factories differ by no more than this. Above 0, ascending.
 */
export const MARGINS = [1.5, 2, 3].map((times) => times * MIN_SMOOTHING);

/** A day of no more boxes with a choice is small. At least 0. */
export const MAX_SMALL_DAY_CHOICES = 2_000;

/** As `MARGINS`, on a small day, which can afford to leave everything open. */
export const SMALL_DAY_MARGINS = [...MARGINS, 25 * MIN_SMOOTHING, Infinity];

/** By so much a bound that was added up in floating point may be above the whole number that it is. Above 0, below 1. */
export const BOUND_TOLERANCE = 1e-6;
