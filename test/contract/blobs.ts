/** What every store of blobs does. */
import { NotFoundError } from '../../shared/pipeline/errors';
import type { Blobs } from '../../shared/pipeline/ports';

export function blobsContract(name: string, open: () => Promise<Blobs>): void {
  describe(`blobs ${name}`, () => {
    let blobs: Blobs;
    beforeAll(async () => {
      blobs = await open();
    });

    it('gives back the bytes that were put, whatever they are', async () => {
      const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 256);
      await blobs.put('artifacts/run-1/2026-W49/extract-1-1.cbor', bytes, 'application/cbor');
      const found = await blobs.get('artifacts/run-1/2026-W49/extract-1-1.cbor');
      expect(Buffer.from(found).equals(Buffer.from(bytes))).toBe(true);
      await blobs.put('empty', new Uint8Array(0), 'text/plain');
      expect((await blobs.get('empty')).byteLength).toBe(0);
    });

    it('keeps what was put last under a key', async () => {
      for (const text of ['one', 'two'])
        await blobs.put('latest.json', Buffer.from(text), 'application/json');
      expect(Buffer.from(await blobs.get('latest.json')).toString()).toBe('two');
    });

    it('says so where there is nothing under a key, nor under a part of one', async () => {
      await blobs.put('folder/file', Buffer.from('x'), 'text/plain');
      await expect(blobs.get('nobody')).rejects.toThrow(NotFoundError);
      await expect(blobs.get('folder/other')).rejects.toThrow(NotFoundError);
    });
  });
}
