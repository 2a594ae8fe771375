import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's own folder: the nearest above this code, compiled or not, that holds `cdk.json`. */
export const ROOT = rootAbove(import.meta.dirname);

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'cdk.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error('The project folder, which holds cdk.json, was not found.');
  return rootAbove(above);
}
