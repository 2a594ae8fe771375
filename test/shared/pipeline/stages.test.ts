import {
  byStage,
  FIRST_STAGE,
  LAST_STAGE,
  nextStage,
  STAGE_CATALOGUE,
  STAGES,
} from '../../../shared/pipeline/stages.ts';

describe('the catalogue of stages', () => {
  it('lists them in the order in which a week goes through them', () => {
    const walked = [FIRST_STAGE];
    for (let next = nextStage(FIRST_STAGE); next; next = nextStage(next)) walked.push(next);
    expect(walked).toEqual(STAGES);
    expect(walked.at(-1)).toBe(LAST_STAGE);
  });

  it('gives no two stages the same folder, state, queue or output', () => {
    for (const field of ['folder', 'functionId', 'stateName', 'queueVariable', 'queueOutput', 'title'] as const) {
      const values = Object.values(byStage((stage) => STAGE_CATALOGUE[stage][field]));
      expect(new Set(values).size).toBe(STAGES.length);
    }
  });
});
