/** What a thread of the engine can be asked for. */
import workerpool from 'workerpool';
import { forecastSites } from '../../shared/domain/forecast';
import { simulateOrders } from '../../shared/domain/simulate';
import type { Engine } from '../../shared/pipeline/engine';

workerpool.worker({ simulateOrders, forecastSites } satisfies Engine);
