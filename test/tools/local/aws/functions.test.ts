import { VirtualClock } from '../../../../tools/local/aws/clock.ts';
import { LocalFunction, type Handler } from '../../../../tools/local/aws/functions.ts';

function open(handler: Handler) {
  const clock = new VirtualClock(0);
  const timeOuts: number[] = [];
  const settings = { name: 'worker', timeoutSeconds: 10, clock, randomId: () => 'id' };
  const fn = new LocalFunction(handler, { ...settings, onTimeout: () => void timeOuts.push(clock.now()) });
  return { clock, fn, timeOuts };
}

test('a call that outlasts the timeout fails, and is told of once, when the timeout has passed', async () => {
  const { clock, fn, timeOuts } = open(() => new Promise(() => undefined));
  const answer = fn.invoke({});
  await clock.advance(9_999);
  expect(timeOuts).toEqual([]);
  await clock.advance(1);
  expect(await answer).toMatchObject({ ok: false, error: 'Sandbox.Timedout' });
  await clock.advance(60_000);
  expect(timeOuts).toEqual([10_000]);
});

test('a call that ends in time is none', async () => {
  const { clock, fn, timeOuts } = open(() => 'done');
  expect(await fn.invoke({})).toEqual({ ok: true, payload: 'done' });
  await clock.runUntilIdle();
  expect(timeOuts).toEqual([]);
});
