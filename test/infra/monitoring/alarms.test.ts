import { readFileSync } from 'node:fs';
import { configOf } from '../../../infra/config.ts';
import { ofType, resourcesOf } from '../template.ts';

const resources = resourcesOf();

describe('the alarms', () => {
  const sections = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/<a id="([a-z-]+)"><\/a>/g)].map(
    ([, id]) => id,
  );
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

  it('each lead to a section of the runbook, and every section has its alarm', () => {
    const linked = alarms.map(
      ({ AlarmDescription }) => /docs\/runbook\.md#([a-z-]+)$/.exec(String(AlarmDescription))?.[1],
    );
    expect([...new Set(linked)].sort()).toEqual([...sections].sort());
  });

  it('tell the operators', () => {
    const topics = ofType(resources, 'AWS::SNS::Topic').map(([id]) => ({ Ref: id }));
    expect(topics).toHaveLength(1);
    for (const { AlarmActions } of alarms) expect(AlarmActions).toEqual(topics);
    const subscriptions = ofType(resources, 'AWS::SNS::Subscription').map(
      ([, { Properties }]) => Properties['Endpoint'],
    );
    expect(subscriptions).toEqual(configOf('dev').operators);
  });

  it('ring when nobody looks whether a forecast is overdue', () => {
    const [overdue] = alarms.filter(({ AlarmDescription }) => String(AlarmDescription).includes('#forecast-overdue'));
    expect(overdue['TreatMissingData']).toBe('breaching');
  });
});
