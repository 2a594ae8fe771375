/** `npm run kernel`: compiles the domain's kernel; with `--check` it says whether what is there is what would come out. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../infra/root.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';

const COMPILER = join(ROOT, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
const SOURCE = 'shared/domain/sampling/kernel/assembly/index.ts';
const BINARY = 'shared/domain/sampling/kernel/binary.ts';
/** Pages of 64 kB: all that has a fixed place, and the counts of most weeks. */
const PAGES = 40;
const LINE = 100;
/** It warns that a host may not take vectors; none is handed over. */
const VECTORS_EXPORTED = 112;

function compileIn(folder: string): Promise<Buffer> {
  const file = join(folder, 'kernel.wasm');
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--outFile', file];
  const memory = ['--initialMemory', String(PAGES), '--disableWarning', String(VECTORS_EXPORTED)];
  execFileSync(process.execPath, [COMPILER, SOURCE, ...options, ...memory], { cwd: ROOT, stdio: 'inherit' });
  return readFile(file);
}

function render(wasm: Buffer): string {
  const lines = wasm.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  const text = lines.map((line) => `  '${line}'`).join(' +\n');
  return `/** The kernel as WebAssembly, in base64: compiled from \`assembly/\` by \`npm run kernel\`. */\nexport const BINARY =\n${text};\n`;
}

const source = render(await inTemporaryFolder('kernel', compileIn));
if (!process.argv.includes('--check')) writeFileSync(join(ROOT, BINARY), source);
else if (readFileSync(join(ROOT, BINARY), 'utf8') !== source) {
  process.stderr.write(`${BINARY} is not what its sources compile to: run npm run kernel.\n`);
  process.exitCode = 1;
}
