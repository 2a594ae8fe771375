/** What a thread of `larder bench scenarios` can be asked for. */
import workerpool from 'workerpool';
import { simulateScenarios } from '../../shared/domain/scenarios/simulate-scenarios.ts';

workerpool.worker({ simulateScenarios });
