import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../infra/root.ts';

const DOCUMENTS = ['README.md', 'CONTRIBUTING.md']
  .concat(readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`))
  .filter((file) => file.endsWith('.md'));
/** A path from the project's folder, without what stands for any name. */
const PATH = /`((?:docs|functions|infra|shared|test|tools)\/[\w./-]+)`/g;

describe('a document', () => {
  it.each(DOCUMENTS)('%s names no file and no folder of the project that is not there', (document) => {
    const named = [...readFileSync(join(ROOT, document), 'utf8').matchAll(PATH)].map(([, path]) => path);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
