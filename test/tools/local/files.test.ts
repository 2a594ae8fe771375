import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryBlobs } from '../../../tools/local/files.ts';
import { blobsContract } from '../../shared/pipeline/ports/blobs.ts';

const folder = mkdtempSync(join(tmpdir(), 'larder-blobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

blobsContract('in a folder', () => Promise.resolve(new DirectoryBlobs(join(folder, 'bucket'))));

it('a file that is written again takes away what a killed process had begun of it, and nothing else', async () => {
  const { pid: dead } = spawnSync(process.execPath, ['-e', '']);
  const blobs = new DirectoryBlobs(join(folder, 'out'));
  await blobs.put('run/other.csv', Buffer.from('1'));
  for (const name of [`a.csv.${dead}-0.tmp`, `other.csv.${dead}-0.tmp`, `a.csv.${process.pid}-999.tmp`])
    writeFileSync(join(folder, 'out/run', name), 'half');
  await blobs.put('run/a.csv', Buffer.from('2'));
  expect(readdirSync(join(folder, 'out/run')).sort()).toEqual(
    ['a.csv', `a.csv.${process.pid}-999.tmp`, 'other.csv', `other.csv.${dead}-0.tmp`].sort(),
  );
});
