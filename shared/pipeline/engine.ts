/** The calculations of a week that take long: pure, so they may run anywhere, also in another thread. */
import type { ForecastOptions } from '../domain/forecast/forecast.ts';
import type { SiteForecast } from '../domain/forecast/site-forecast.ts';
import type { Boxes, Week } from '../domain/model.ts';
import type { SimulatedBoxes, SimulationOptions } from '../domain/orders/simulate-orders.ts';

/**
 * The domain's functions of these names, direct or at a distance. What they throw arrives as it was thrown: an
 * InputError fails the week, and that the calculation was lost on its way is any other error.
 */
export interface Engine {
  simulateOrders(week: Week, options: SimulationOptions): SimulatedBoxes | Promise<SimulatedBoxes>;
  forecastSites(week: Week, simulated: Boxes, options: ForecastOptions): SiteForecast | Promise<SiteForecast>;
}
