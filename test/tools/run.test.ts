import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../infra/root.ts';

it('a program that is not there is refused with a sentence that names those that are, without a stack trace', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'tools/run.js'), 'nonsense.ts'], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^There is no program nonsense\.ts; expected one of: infra\/app\.ts, [^\n]*\n$/);
});
