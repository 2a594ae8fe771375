/** Loaded before `larder`: writes every task token that the local stack issues to the file LARDER_TEST_TOKENS. */
const { appendFileSync } = require('node:fs');
require('tsx/cjs');
const { TaskTokens } = require('../../tools/local/asl/tokens.ts');

const { open } = TaskTokens.prototype;
TaskTokens.prototype.open = function (...args) {
  const token = open.apply(this, args);
  appendFileSync(process.env.LARDER_TEST_TOKENS, `${token}\n`);
  return token;
};
