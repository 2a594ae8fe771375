/** `npm run kernel`: compiles the domain's kernel; with `--check` it says whether what is there is what would come out. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../infra/root.ts';

const COMPILER = join(ROOT, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
const SOURCE = 'shared/domain/sampling/kernel/assembly/index.ts';
const BINARY = 'shared/domain/sampling/kernel/binary.ts';
/** Pages of 64 kB: all that has a fixed place, and the counts of most weeks. */
const PAGES = 40;
const LINE = 100;
/** It warns that a host may not take vectors; none is handed over. */
const VECTORS_EXPORTED = 112;

function compile(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'larder-kernel-'));
  try {
    const file = join(folder, 'kernel.wasm');
    const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];
    const memory = ['--initialMemory', String(PAGES), '--disableWarning', String(VECTORS_EXPORTED)];
    execFileSync(process.execPath, [COMPILER, SOURCE, ...options, ...memory, '--outFile', file], {
      cwd: ROOT,
      stdio: 'inherit',
    });
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function render(wasm: Buffer): string {
  const lines = wasm.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  const text = lines.map((line) => `  '${line}'`).join(' +\n');
  return `/** The kernel as WebAssembly, in base64: compiled from \`assembly/\` by \`npm run kernel\`. */\nexport const BINARY =\n${text};\n`;
}

const source = render(compile());
if (!process.argv.includes('--check')) writeFileSync(join(ROOT, BINARY), source);
else if (readFileSync(join(ROOT, BINARY), 'utf8') !== source) {
  process.stderr.write(`${BINARY} is not what its sources compile to: run npm run kernel.\n`);
  process.exitCode = 1;
}
