import type { SendTaskFailureCommand, SFNClient } from '@aws-sdk/client-sfn';
import { StepFunctionsCallbacks } from '../../../shared/aws/step-functions.ts';

test('a failure is told in whole characters, within the limits of the service', async () => {
  const asked: SendTaskFailureCommand['input'][] = [];
  const client = {
    send: (command: SendTaskFailureCommand) => {
      asked.push(command.input);
      return Promise.resolve({});
    },
  };
  const callbacks = new StepFunctionsCallbacks(client as unknown as SFNClient);
  await callbacks.fail('token', `${'E'.repeat(255)}🥕`, `${'c'.repeat(32_767)}🥕`);
  await callbacks.fail('token', 'InputError', 'a 🥕');
  expect(asked).toEqual([
    { taskToken: 'token', error: 'E'.repeat(255), cause: 'c'.repeat(32_767) },
    { taskToken: 'token', error: 'InputError', cause: 'a 🥕' },
  ]);
});
