import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../package.json';
import { ROOT } from './root.ts';

/**
 * The version of this code as SemVer: that of the package, and as build metadata the commit, such as
 * `0.1.0+9550f44`, or `0.1.0+9550f44.dirty` where files differ from it. The version alone where there is no git.
 */
export function codeVersion(): string {
  const { version } = packageJson;
  // The project may lie inside another's repository, whose commits are not ours.
  if (!existsSync(join(ROOT, '.git'))) return version;
  try {
    const args = ['describe', '--always', '--exclude=*', '--dirty=.dirty'];
    const said = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
    return `${version}+${said.trim()}`;
  } catch {
    return version;
  }
}
