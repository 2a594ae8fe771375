import { checkTiming, stageTiming } from '../../../infra/stage/stage-timing.ts';

describe('the clocks of a stage', () => {
  it('are refused where one of them cannot outlast what it waits for', () => {
    const timing = stageTiming();
    expect(() => checkTiming({ ...timing, heartbeatSeconds: timing.timeoutSeconds })).toThrow(/must be shorter/);
    expect(() => checkTiming({ ...timing, visibilitySeconds: 600 })).toThrow(/at least 6 times/);
  });
});
