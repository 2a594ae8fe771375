import { VirtualClock } from '../../../../tools/local/aws/clock.ts';

test('timers fire in the order of their time, ties in the order of scheduling', async () => {
  const clock = new VirtualClock(0);
  const fired: string[] = [];
  const note = (name: string) => () => void fired.push(`${name}@${clock.now()}`);
  clock.schedule(20, note('late'));
  clock.schedule(10, note('first'));
  clock.schedule(10, () => {
    note('second')();
    clock.schedule(0, note('at once'));
  });
  const cancel = clock.schedule(15, note('never'));
  cancel();
  await clock.advance(19);
  expect(fired).toEqual(['first@10', 'second@10', 'at once@10']);
  expect(clock.now()).toBe(19);
  await clock.runUntilIdle();
  expect(fired.at(-1)).toBe('late@20');
});

test('what a timer starts may settle before the next one fires', async () => {
  const clock = new VirtualClock(0);
  const fired: number[] = [];
  clock.schedule(10, () => {
    void Promise.resolve().then(() => clock.schedule(5, () => void fired.push(clock.now())));
  });
  await clock.advance(15);
  expect(fired).toEqual([15]);
});

test('work without an end is an error', async () => {
  const clock = new VirtualClock(0);
  const again = (): void => void clock.schedule(1, again);
  again();
  await expect(clock.runUntilIdle(50)).rejects.toThrow('still busy');
});
