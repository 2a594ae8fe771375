import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import cdk from '../../cdk.json';
import { configOf, parseConfig, stillExamples } from '../../infra/config.ts';

describe('the configuration', () => {
  it.each([
    [{ scheduleHoursUtc: [5, 5] }, /each hour once/],
    [{ timing: { queueWaitSeconds: 400_000 } }, /must not outlast its message/],
  ])('%j is refused', (change, message) => {
    expect(() => parseConfig({ ...configOf('dev'), ...change })).toThrow(message);
  });

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
    [{ maxConcurrency: 41 }, /inline Map takes: it has 40 weeks under way at once, and maxConcurrency is 41\./],
    [{ scheduledWeeks: 673 }, /its history takes 672 weeks, and scheduledWeeks is 673/],
    [
      { stageConcurrency: 12 },
      /40 weeks on 12 workers a stage, 120 s a message at the longest, wait for 400 s, and timing\.queueWaitSeconds allows for 300 s: raise stageConcurrency to 16, or lower maxConcurrency to 30, or raise timing\.queueWaitSeconds to 400\./,
    ],
    [{ mapMode: 'distributed', maxConcurrency: 101 }, /raise stageConcurrency to 41, or lower maxConcurrency to 100/],
    [{ colour: 'green' }, /colour/],
  ])('%j is refused with a sentence', (change, message) => {
    expect(() => parseConfig({ ...configOf('dev'), ...change })).toThrow(message);
  });

  it.each([
    { stageConcurrency: 16 },
    { stageConcurrency: 12, maxConcurrency: 30 },
    { stageConcurrency: 12, timing: { queueWaitSeconds: 400 } },
    { mapMode: 'distributed', maxConcurrency: 100, scheduledWeeks: 1000 },
  ])('%j is what a refusal proposes', (change) => {
    expect(parseConfig({ ...configOf('dev'), ...change })).toMatchObject(change);
  });

  it('takes changes from the CDK context, as JSON or as text', () => {
    const changed = configOf('prod', {
      'larder:mailFrom': 'forecast@bücher.example',
      'larder:stageConcurrency': '16',
      'larder:mailTo': '["a@acme.example","b@acme.example"]',
      unrelated: 'x',
    });
    expect(changed).toMatchObject({ mailFrom: 'forecast@xn--bcher-kva.example', stageConcurrency: 16 });
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
