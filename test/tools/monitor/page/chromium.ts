/** The browser that the tests drive: whatever Chromium the computer has. */
import { existsSync } from 'node:fs';

const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * @returns the program that LARDER_CHROMIUM names, or the first of the usual ones; undefined where there is none
 * @throws Error where LARDER_CHROMIUM names none
 */
export function findChromium(): string | undefined {
  const named = process.env['LARDER_CHROMIUM'];
  if (named === undefined || named === '') return USUAL.find((path) => existsSync(path));
  if (!existsSync(named)) throw new Error(`LARDER_CHROMIUM names ${named}, which is not there.`);
  return named;
}
