import { join } from 'node:path';
import { InputError } from '../../../shared/domain/errors.ts';
import { forecastSites } from '../../../shared/domain/forecast/forecast.ts';
import type { Week } from '../../../shared/domain/model.ts';
import { simulateOrders } from '../../../shared/domain/orders/simulate-orders.ts';
import { openEngine, type ThreadedEngine } from '../../../tools/local/engine.ts';
import { smallSample, weekOf } from '../../shared/pipeline/inputs/files.ts';

const MORTAL = join(import.meta.dirname, 'fixtures', 'mortal-thread.js');
const options = { seed: 1, constraints: {}, scenarios: 20, previous: undefined };
jest.setTimeout(30_000);

let engine: ThreadedEngine | undefined;
const open = async (...parameters: Parameters<typeof openEngine>) => (engine = await openEngine(...parameters));
afterEach(() => engine?.close());

describe('the engine on threads', () => {
  it('gives what the direct calls give, typed arrays and infinite caps included', async () => {
    const week = await weekOf(smallSample(), '2026-W49');
    expect(week.caps).toContain(Infinity);
    const { simulateOrders: simulate, forecastSites: forecast } = await open(2);
    const boxes = await simulate(week, options);
    expect(boxes).toEqual(simulateOrders(week, options));
    expect(boxes.recipe.constructor.name).toBe('Uint16Array');
    const previous = forecastSites(week, boxes, options);
    expect(await forecast(week, boxes, options)).toEqual(previous);
    expect(await forecast(week, boxes, { ...options, previous })).toEqual(
      forecastSites(week, boxes, { ...options, previous }),
    );
  });

  it('refuses an input as the direct call does', async () => {
    const week = await weekOf(smallSample(), '2026-W49');
    const impossible = { ...options, constraints: { minRecipesPerBox: 20 } };
    const direct = () => simulateOrders(week, impossible);
    expect(direct).toThrow(InputError);
    const refused: unknown = await Promise.resolve((await open(1)).simulateOrders(week, impossible)).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(InputError);
    expect(direct).toThrow((refused as InputError).message);
  });

  it('a thread that dies fails its own call, with an error that is tried again, and no other', async () => {
    const { simulateOrders: simulate } = await open(1, MORTAL);
    const ask = async (boxes: number) => {
      try {
        return (await simulate({ boxes } as Week, options)).count;
      } catch (error) {
        return error;
      }
    };
    const [first, second, third, fourth, fifth] = await Promise.all([1, 0, 2, 0, 3].map(ask));
    expect([first, third, fifth]).toEqual([1, 2, 3]);
    for (const error of [second, fourth]) expect(error).toMatchObject({ name: 'Error' });
  });

  it('closed, rejects what it was asked and has not answered', async () => {
    const week = await weekOf(smallSample(), '2026-W49');
    const opened = await open(1);
    const asked = Promise.allSettled([1, 2, 3].map(async () => opened.simulateOrders(week, options)));
    await opened.close();
    expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});
