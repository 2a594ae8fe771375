/** The synthesized templates by CloudFormation's own specification (cfn-lint). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeTemplate } from '../../infra/synthesize.ts';
import { pythonTool } from '../../tools/python/tool.ts';

const folder = mkdtempSync(join(tmpdir(), 'larder-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Found {
  readonly status: number | null;
  readonly output: string;
}

function lint(template: object): Found {
  const file = join(folder, 'template.json');
  writeFileSync(file, JSON.stringify(template));
  const { status, stdout, stderr } = spawnSync(pythonTool('cfn-lint'), ['--regions', 'us-east-1', '--', file], {
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
}

describe('cfn-lint', () => {
  it.each([
    ['dev', {}],
    ['prod', {}],
    ['prod', { 'larder:mapMode': 'distributed' }],
  ])(
    'finds nothing in %s %j',
    (stage, settings) => {
      expect(lint(synthesizeTemplate(stage, settings))).toEqual({ status: 0, output: '' });
    },
    120_000,
  );

  it('would find a property that does not exist', () => {
    const { Resources, ...rest } = synthesizeTemplate() as { Resources: object };
    const wrong = { Type: 'AWS::SQS::Queue', Properties: { Colour: 'green' } };
    expect(lint({ ...rest, Resources: { ...Resources, Wrong: wrong } }).output).toContain('Colour');
  }, 120_000);
});
