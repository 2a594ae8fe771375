/** AWS's rule packs on the stack: nothing stays open, and what is acknowledged is written down. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validations, type App, type Stack } from 'aws-cdk-lib/core';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { configOf } from '../../infra/config.ts';
import { LarderStack } from '../../infra/larder-stack.ts';
import { appWithoutCli } from '../../infra/synthesize.ts';

const folder = mkdtempSync(join(tmpdir(), 'larder-nag-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function checked(add: (app: App) => Stack): Stack {
  const app = appWithoutCli(folder);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const stack = add(app);
  const quiet = jest.spyOn(console, 'error').mockImplementation(() => {});
  try {
    app.synth();
  } finally {
    quiet.mockRestore();
  }
  return stack;
}

const larder = (stage: string, settings: Readonly<Record<string, string>> = {}) =>
  checked((app) => new LarderStack(app, 'Larder', configOf(stage, settings), '1.0.0'));

/** Rule and reason of every acknowledgement, as docs/acknowledgements.md has them. */
function acknowledged(stack: Stack): string[] {
  const rows = stack.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => `| ${id.replace(/\[.*$/s, '').replace(/^.*::/, '')} | ${reason} |`),
  );
  return [...new Set(rows)].sort();
}

describe('the AwsSolutions and Serverless rules', () => {
  it.each([
    ['dev', {}],
    ['prod', {}],
    ['prod', { 'larder:mapMode': 'distributed' }],
  ])('find nothing open in %s %j', (stage, settings) => {
    expect(() => larder(stage, settings)).not.toThrow();
  });

  it('would find a queue that anybody may read in clear', () => {
    const open = (app: App) => {
      const stack = new LarderStack(app, 'Larder', configOf('dev'), '1.0.0');
      new Queue(stack, 'Open');
      return stack;
    };
    expect(() => checked(open)).toThrow(/[Vv]alidation/);
  });

  it('are acknowledged only as docs/acknowledgements.md says, with the same reasons', () => {
    const rows = acknowledged(larder('prod', { 'larder:mapMode': 'distributed' }));
    expect(rows.length).toBeGreaterThan(5);
    const written = readFileSync('docs/acknowledgements.md', 'utf8')
      .split('\n')
      .filter((line) => /^\| (AwsSolutions|Serverless)/.test(line))
      .map((line) => line.replace(/ +\|/g, ' |'))
      .sort();
    expect(written).toEqual(rows);
  });
});
