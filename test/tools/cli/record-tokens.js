/** Imported before `larder`: writes every task token that the local stack issues to the file LARDER_TEST_TOKENS. */
import { appendFileSync } from 'node:fs';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

const { randomUUID } = crypto;
crypto.randomUUID = () => {
  const id = randomUUID();
  if (new Error().stack.includes('TaskTokens.open')) appendFileSync(process.env.LARDER_TEST_TOKENS, `${id}\n`);
  return id;
};
syncBuiltinESMExports();
