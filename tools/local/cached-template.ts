/** The synthesized template, kept until what it is made from changes: synthesis takes seconds. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const INFRA = join(ROOT, 'infra');

/** @param directory the state directory */
export async function cachedTemplate(directory: string): Promise<unknown> {
  const file = join(directory, 'template', `${await sourceHash()}.json`);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as unknown;
  // Loaded only now: the CDK takes seconds, and most starts find the template kept.
  const { synthesizeTemplate } = require('../../infra/synthesize') as typeof import('../../infra/synthesize');
  const template = synthesizeTemplate();
  await mkdir(join(directory, 'template'), { recursive: true });
  await writeFile(file, JSON.stringify(template));
  return template;
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  const sources = (await readdir(INFRA)).sort().map((name) => join(INFRA, name));
  // The stages' names and the schemas' library come from outside infra.
  sources.push(join(ROOT, 'package-lock.json'), join(ROOT, 'shared', 'pipeline', 'schema.ts'));
  for (const source of sources) hash.update(await readFile(source));
  return hash.digest('hex').slice(0, 16);
}
