/**
 * `npm run test:aws`: asks AWS what only AWS can settle about the synthesized state machine, without deploying it.
 * Credentials and region come from the environment; nothing is created, and nothing is asked without them. Exit codes: 0
 * as the interpreter says or not checked, 1 otherwise.
 */
import { SFNClient } from '@aws-sdk/client-sfn';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { cachedTemplate } from '../../local/cloudformation/cached-template.ts';
import { readTemplate } from '../../local/cloudformation/template.ts';
import { checkOnAws, type Machine } from './check.ts';

const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
const region = AWS_REGION ?? AWS_DEFAULT_REGION ?? 'us-east-1';

/** With the region's name in the ARNs: the local template has one that AWS does not know. */
async function definition(): Promise<Machine> {
  const template = await cachedTemplate();
  const text = JSON.stringify(readTemplate(template).stateMachine.definition);
  return JSON.parse(
    text.replaceAll(':local:', `:${region}:`).replaceAll('sqs.local', `sqs.${region}.amazonaws.com`),
  ) as Machine;
}

const hasCredentials = AWS_ACCESS_KEY_ID !== undefined && AWS_SECRET_ACCESS_KEY !== undefined;
const client = hasCredentials ? new SFNClient({ region, credentials: fromEnv() }) : undefined;
process.exitCode = await checkOnAws(client, await definition(), (line) => console.log(line));
