import { codeOf, larder, openMonitor } from '../../monitor/larder-process.ts';

jest.setTimeout(240_000);

it('larder monitor takes the port that it is given, or says that it is taken', async () => {
  const { monitor: first, url } = await openMonitor();
  const second = larder('monitor', '--port', new URL(url).port);
  expect(await codeOf(second)).toBe(2);
  expect(second.printed()).toMatch(/Port \d+ is taken/);
  first.kill('SIGINT');
  expect(await codeOf(first)).toBe(0);
});
