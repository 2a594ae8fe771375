/** Checks that are written in Python, installed into a virtual environment of the project's own. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../infra/root.ts';

const REQUIREMENTS = join(ROOT, 'tools/python/requirements.txt');
const HOME = join(ROOT, '.cache', 'python');
const BIN = join(HOME, process.platform === 'win32' ? 'Scripts' : 'bin');
/** Holds the hash of what is installed; written last. */
const INSTALLED = join(HOME, 'installed.txt');

/**
 * The path of a program that `requirements.txt` installs. The first call on a machine sets it up.
 *
 * @throws Error with a sentence where there is no Python that will do, or the installation fails
 */
export function pythonTool(program: 'ministack' | 'cfn-lint'): string {
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
  const installed = existsSync(INSTALLED) ? readFileSync(INSTALLED, 'utf8') : undefined;
  if (installed !== wanted) install(wanted);
  return join(BIN, program);
}

function install(wanted: string): void {
  const python = findPython();
  process.stderr.write('Installing the Python tools (once): ministack, cfn-lint …\n');
  rmSync(HOME, { recursive: true, force: true });
  run(python, ['-m', 'venv', HOME]);
  // The list is complete, so nothing is resolved anew.
  const options = ['--quiet', '--disable-pip-version-check', '--no-deps'];
  run(join(BIN, 'python'), ['-m', 'pip', 'install', ...options, '-r', REQUIREMENTS]);
  writeFileSync(INSTALLED, wanted);
}

function findPython(): string {
  const found = ['python3', 'python'].find((name) => {
    try {
      run(name, ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))']);
      return true;
    } catch {
      return false;
    }
  });
  if (found) return found;
  throw new Error('This check needs Python 3.10 or later with its venv module (Debian: apt-get install python3-venv).');
}

function run(program: string, options: readonly string[]): void {
  execFileSync(program, options, { stdio: ['ignore', 'ignore', 'pipe'] });
}
