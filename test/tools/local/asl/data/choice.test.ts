import { harness, machineOf } from '../harness.ts';

test('Choice follows the first rule that holds, and fails where none does', async () => {
  const definition = machineOf({
    Which: {
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.n', IsPresent: true },
            { Variable: '$.n', NumericGreaterThan: 10 },
          ],
          Next: 'Many',
        },
        {
          Or: [{ Not: { Variable: '$.kind', StringEquals: 'a' } }, { Variable: '$.ok', BooleanEquals: true }],
          Next: 'Other',
        },
      ],
    },
    Many: { Type: 'Pass', Result: 'many', End: true },
    Other: { Type: 'Pass', Result: 'other', End: true },
  });
  const outcome = async (input: unknown) => {
    const { start, machine } = harness(definition);
    await start(input);
    const { output, error } = await machine.result('run');
    return output ?? error;
  };
  expect(await outcome({ n: 11 })).toBe('many');
  expect(await outcome({ kind: 'b' })).toBe('other');
  expect(await outcome({ kind: 'a', ok: true })).toBe('other');
  expect(await outcome({ n: 1, kind: 'a', ok: false })).toBe('States.NoChoiceMatched');
  expect(await outcome({ n: 1 })).toBe('States.Runtime');
});
