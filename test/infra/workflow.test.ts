import validate from 'asl-validator';
import { stageTiming } from '../../infra/stage/stage-timing.ts';
import { readTemplate } from '../../tools/local/cloudformation/template.ts';
import { resourcesOf } from './template.ts';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly HeartbeatSeconds?: number;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

const local = readTemplate({ Resources: resourcesOf() });
const STAGE_TIMING = stageTiming();
const definition = local.stateMachine.definition as { States: Record<string, State> };
const iteration = definition.States['Weeks'].ItemProcessor?.States ?? {};
const callbacks = Object.values(iteration).filter((state) => state.Resource?.endsWith('.waitForTaskToken'));

describe('the state machine', () => {
  it('is valid Amazon States Language', () => {
    expect(validate(definition as never).errorsText()).toBe('');
  });

  it('has three callback tasks in a row, whose clocks outlast what they wait for', () => {
    expect(Object.keys(iteration).slice(0, 3)).toEqual(['ExtractData', 'SimulateOrders', 'ForecastSites']);
    expect(callbacks).toHaveLength(3);
    const { queueWaitSeconds: wait, visibilitySeconds: v, maxReceiveCount: r, deadLetterLatencySeconds } = STAGE_TIMING;
    for (const { TimeoutSeconds = 0, HeartbeatSeconds = 0 } of callbacks) {
      expect(HeartbeatSeconds).toBeGreaterThan(wait + v);
      expect(TimeoutSeconds).toBeGreaterThan(HeartbeatSeconds);
      expect(TimeoutSeconds).toBeGreaterThan(wait + r * v + deadLetterLatencySeconds);
    }
  });

  it('catches a week inside its iteration, and never tries its work again by itself', () => {
    for (const state of callbacks) {
      expect(state.Catch).toEqual([
        { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'RecordWeekFailure' },
      ]);
      const retried = (state.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
      expect(retried).not.toContain('States.ALL');
      expect(retried).not.toContain('States.TaskFailed');
      expect(retried).toContain('States.HeartbeatTimeout');
    }
  });
});

describe('a Distributed Map', () => {
  const distributed = readTemplate({ Resources: resourcesOf('dev', { 'larder:mapMode': 'distributed' }) });
  const { Weeks } = (distributed.stateMachine.definition as { States: Record<string, object> }).States;

  it('is valid, runs standard children, and fails for no failed week', () => {
    expect(validate(distributed.stateMachine.definition as never).errorsText()).toBe('');
    expect(Weeks).toMatchObject({
      Type: 'Map',
      ToleratedFailurePercentage: 100,
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      ResultWriter: { Resource: expect.stringContaining('s3:putObject') as string },
    });
  });

  it('does the same with a week as the inline Map', () => {
    expect((Weeks as State).ItemProcessor?.States).toEqual(iteration);
  });
});
