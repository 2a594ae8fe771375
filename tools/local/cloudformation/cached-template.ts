/** The synthesized template, kept until what it is made from changes: synthesis takes seconds. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../../infra/root.ts';

const KEPT = join(ROOT, '.cache', 'template');
/** What the template is made from: the CDK app, and what it may import. */
const FOLDERS = ['infra', 'shared/pipeline', 'shared/aws', 'shared/report/alerts'];
const FILES = ['cdk.json', 'package-lock.json', 'shared/domain/errors.ts'];

/** The template of the configuration `dev`, as JSON; synthesized where a source has changed since the last time. */
export async function cachedTemplate(): Promise<unknown> {
  const file = join(KEPT, `${await sourceHash()}.json`);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as unknown;
  // Loaded only now: the CDK takes seconds, and is not needed where the template is kept.
  const { synthesizeTemplate } = await import('../../../infra/synthesize.ts');
  const template = synthesizeTemplate();
  await mkdir(KEPT, { recursive: true });
  // Another process may read it at this moment: it appears as a whole.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(template));
  await rename(draft, file);
  return template;
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of FILES) hash.update(await readFile(join(ROOT, file)));
  for (const folder of FOLDERS)
    for (const name of (await readdir(join(ROOT, folder), { recursive: true })).sort())
      if (name.endsWith('.ts')) hash.update(name).update(await readFile(join(ROOT, folder, name)));
  return hash.digest('hex').slice(0, 16);
}
