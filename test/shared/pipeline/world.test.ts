/** The stores in memory that other tests use keep the contracts of their ports. */
import { blobsContract } from './ports/blobs.ts';
import { tableContract } from './ports/table.ts';
import { MemoryBlobs, MemoryTable } from './world.ts';

tableContract('in memory', () => Promise.resolve(new MemoryTable()));
blobsContract('in memory', () => Promise.resolve(new MemoryBlobs()));
