import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import cdk from '../../cdk.json';
import { configOf, parseConfig, stillExamples } from '../../infra/config.ts';

describe('the configuration', () => {
  it.each([
    [{ mailTo: ['nobody'] }, /mailTo\.0: expected an e-mail address/],
    [{ operators: ['jörg@acme.example'] }, /operators\.0: expected ASCII characters before the @/],
    [{ stageConcurrency: 1 }, /stageConcurrency: an SQS event source takes a concurrency of 2 to 1,000/],
    [{ mailFrom: undefined }, /mailFrom/],
    [{ operators: [] }, /operators: expected at least one address/],
    [{ mapMode: 'both' }, /mapMode: expected inline or distributed/],
    [{ monthlyBudgetUsd: 0 }, /monthlyBudgetUsd: expected more than 0 dollars/],
    [{ timing: { heartbeatSeconds: 9000 } }, /heartbeat \(9000 s\) must be shorter than the task's timeout/],
    [{ timing: { timeoutSeconds: 2000 } }, /timeout \(2000 s\) must outlast every delivery/],
    [{ timing: { functionTimeoutSeconds: 901 } }, /900 s at most/],
    [{ colour: 'green' }, /colour/],
  ])('%j is refused with a sentence', (change, message) => {
    expect(() => parseConfig({ ...configOf('dev'), ...change })).toThrow(message);
  });

  it('takes changes from the CDK context, as JSON or as text', () => {
    const changed = configOf('prod', {
      'larder:mailFrom': 'forecast@bücher.example',
      'larder:stageConcurrency': '12',
      'larder:mailTo': '["a@acme.example","b@acme.example"]',
      unrelated: 'x',
    });
    expect(changed).toMatchObject({ mailFrom: 'forecast@xn--bcher-kva.example', stageConcurrency: 12 });
    expect(changed.mailTo).toEqual(['a@acme.example', 'b@acme.example']);
    expect(() => configOf('prod', { 'larder:stageConcurency': '12' })).toThrow(/stageConcurency/);
  });

  it('says what is still an example where a stage runs by itself', () => {
    expect(stillExamples(configOf('dev'))).toEqual({});
    expect(Object.keys(stillExamples(configOf('prod')))).toEqual(['mailFrom', 'mailTo', 'operators', 'runbookUrl']);
    const own = {
      'larder:mailFrom': 'forecast@acme.example',
      'larder:mailTo': '["planning@acme.example"]',
      'larder:operators': '["oncall@acme.example"]',
      'larder:runbookUrl': 'https://wiki.acme.example/larder',
    };
    expect(stillExamples(configOf('prod', own))).toEqual({});
  });

  it('refuses an unknown stage', () => {
    expect(() => configOf('qa')).toThrow(/expected one of dev, prod/);
  });
});

describe('the feature flags', () => {
  it('are those that the CDK recommends in this version, but for partitions where no Larder runs', () => {
    expect(cdk.context).toMatchObject({ ...recommended, '@aws-cdk/core:target-partitions': ['aws'] });
  });
});
