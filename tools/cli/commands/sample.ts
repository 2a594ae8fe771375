import { resolve } from 'node:path';
import { writeSample, type SampleOptions } from '../../sample/sample.ts';
import { checkOutFolder } from '../out-folder.ts';
import { EXIT } from '../exit-codes.ts';

/** `larder sample` */
export async function sampleCommand(options: { out: string; start?: string } & SampleOptions): Promise<number> {
  const { out, start, ...sizes } = options;
  await checkOutFolder(out);
  await writeSample(resolve(out), { ...sizes, ...(start === undefined ? {} : { startWeek: start }) });
  process.stdout.write(`Sample inputs written to ${resolve(out)}\n`);
  return EXIT.published;
}
