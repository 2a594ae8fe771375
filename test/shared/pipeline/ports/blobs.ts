/** What every store of blobs does. */
import { NotFoundError } from '../../../../shared/pipeline/errors.ts';
import type { VersionedBlobs } from '../../../../shared/pipeline/ports.ts';

export function blobsContract(name: string, open: () => Promise<VersionedBlobs>): void {
  describe(`blobs ${name}`, () => {
    let blobs: VersionedBlobs;
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
      for (const text of ['one', 'two']) await blobs.put('latest.json', Buffer.from(text), 'application/json');
      expect(Buffer.from(await blobs.get('latest.json')).toString()).toBe('two');
    });

    it('lets one of many writers replace what they all have read', async () => {
      const put = (text: string, version: string | undefined) =>
        blobs.replace('pointer.json', Buffer.from(text), 'application/json', version);
      expect(await blobs.find('pointer.json')).toBeUndefined();
      expect(await put('a lost one', 'some version')).toBe(false);
      const first = await Promise.all(['a', 'b', 'c'].map((text) => put(text, undefined)));
      expect(first.filter(Boolean)).toHaveLength(1);
      const found = await blobs.find('pointer.json');
      expect(Buffer.from(found?.body ?? []).toString()).toBe('abc'[first.indexOf(true)]);
      const second = await Promise.all(['d', 'e', 'f'].map((text) => put(text, found?.version)));
      expect(second.filter(Boolean)).toHaveLength(1);
      expect(await put('g', found?.version)).toBe(false);
      expect(Buffer.from(await blobs.get('pointer.json')).toString()).toBe('def'[second.indexOf(true)]);
      expect((await blobs.find('pointer.json'))?.version).not.toBe(found?.version);
    });

    it('says so where there is nothing under a key, nor under a part of one', async () => {
      await blobs.put('folder/file', Buffer.from('x'), 'text/plain');
      await expect(blobs.get('nobody')).rejects.toThrow(NotFoundError);
      await expect(blobs.get('folder/other')).rejects.toThrow(NotFoundError);
    });
  });
}
