import { TimeOuts } from '../../../tools/local/time-outs.ts';

test('a function that outlasts its time-out is logged each time, and told once with how often', () => {
  const logged: unknown[] = [];
  const timeOuts = new TimeOuts({ error: (event, fields) => void logged.push([event, fields]) });
  expect(timeOuts.lines()).toEqual([]);
  timeOuts.add('order-simulator', 120);
  timeOuts.add('publisher', 300);
  timeOuts.add('order-simulator', 120);
  expect(logged).toEqual([
    ['function.timedout', { function: 'order-simulator', seconds: 120 }],
    ['function.timedout', { function: 'publisher', seconds: 300 }],
    ['function.timedout', { function: 'order-simulator', seconds: 120 }],
  ]);
  expect(timeOuts.lines()).toEqual([
    'larder: the function order-simulator outlasted its time-out 2 times; the log says when.\n',
    'larder: the function publisher outlasted its time-out once; the log says when.\n',
  ]);
});
