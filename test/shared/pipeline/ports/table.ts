/** What every status table does. */
import type { Table } from '../../../../shared/pipeline/ports.ts';

export function tableContract(name: string, open: () => Promise<Table>): void {
  describe(`the status table ${name}`, () => {
    let table: Table;
    beforeAll(async () => {
      table = await open();
    });

    it('gives back what was put, and nothing for an unknown key', async () => {
      const item = { pk: 'a', sk: '1', version: 1, nested: { list: [1, 'two', { three: true }] }, empty: '' };
      expect(await table.put(item, 0)).toBe(true);
      expect(await table.get('a', '1')).toEqual(item);
      expect(await table.get('a', '2')).toBeUndefined();
    });

    it('writes only over the version that was seen', async () => {
      const item = { pk: 'b', sk: '1', version: 1 };
      expect(await table.put(item, 0)).toBe(true);
      expect(await table.put(item, 0)).toBe(false);
      expect(await table.put({ ...item, version: 2 }, 1)).toBe(true);
      expect(await table.put({ ...item, version: 2 }, 1)).toBe(false);
      expect(await table.get('b', '1')).toMatchObject({ version: 2 });
    });

    it('lets exactly one of many writers win', async () => {
      const wins = await Promise.all(
        Array.from({ length: 12 }, (__, by) => table.put({ pk: 'c', sk: '1', version: 1, ...{ by } }, 0)),
      );
      expect(wins.filter(Boolean)).toHaveLength(1);
    });

    it('queries a partition by prefix, in order, over many pages', async () => {
      const text = 'x'.repeat(20_000);
      for (let at = 0; at < 60; at++) {
        await table.put({ pk: 'd', sk: `W#${String(at).padStart(3, '0')}`, version: 1, ...{ text } }, 0);
      }
      await table.put({ pk: 'd', sk: 'X', version: 1 }, 0);
      const found = await table.query('d', 'W#');
      expect(found.map(({ sk }) => sk)).toEqual(
        Array.from({ length: 60 }, (__, at) => `W#${String(at).padStart(3, '0')}`),
      );
    });

    it('lists runs newest first, and those that have not ended', async () => {
      for (const [id, unfinished] of [
        ['1', true],
        ['2', false],
        ['3', true],
      ] as const) {
        const item = { pk: `RUN#${id}`, sk: 'RUN', version: 1, runsKey: 'RUNS', startedAt: `2026-01-0${id}` };
        await table.put(unfinished ? { ...item, ...{ unfinishedKey: 'UNFINISHED' } } : item, 0);
      }
      expect((await table.runs('all', 2)).map(({ pk }) => pk)).toEqual(['RUN#3', 'RUN#2']);
      expect((await table.runs('unfinished', 9)).map(({ pk }) => pk)).toEqual(['RUN#3', 'RUN#1']);
    });
  });
}
