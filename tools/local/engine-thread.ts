/** What a thread of the engine can be asked for. */
import workerpool from 'workerpool';
import { forecastSites } from '../../shared/domain/forecast/forecast.ts';
import { simulateOrders } from '../../shared/domain/orders/simulate-orders.ts';
import type { Engine } from '../../shared/pipeline/engine.ts';

workerpool.worker({ simulateOrders, forecastSites } satisfies Engine);
