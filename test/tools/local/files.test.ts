import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryBlobs } from '../../../tools/local/files.ts';
import { blobsContract } from '../../shared/pipeline/ports/blobs.ts';

const folder = mkdtempSync(join(tmpdir(), 'larder-blobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

blobsContract('in a folder', () => Promise.resolve(new DirectoryBlobs(join(folder, 'bucket'))));
