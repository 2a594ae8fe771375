import * as domainErrors from '../../../shared/domain/errors.ts';
import * as errors from '../../../shared/pipeline/errors.ts';

const { InputError, PermanentError } = domainErrors;
const CLASSES = Object.values({ ...domainErrors, ...errors }).filter(
  (value) => typeof value === 'function' && 'name' in value,
);

describe('an error', () => {
  it('has the name of its class', () => {
    expect(new errors.InputRefused('x').name).toBe('InputRefused');
    expect(new errors.FenceLost('x').name).toBe(errors.FenceLost.name);
    expect(new InputError('x')).toBeInstanceOf(PermanentError);
  });

  it('is recorded in whole characters where its text is too long', () => {
    const { message } = errors.failureOf(new Error(`${'x'.repeat(3_999)}🥕 and more`));
    expect(message).toBe('x'.repeat(3_999));
    expect(errors.failureOf(new Error(`${'x'.repeat(3_998)}🥕 and more`)).message).toBe(`${'x'.repeat(3_998)}🥕`);
    expect(errors.failureOf(new Error('a 🥕')).message).toBe('a 🥕');
  });

  it('that no retry can mend is in the list of the state machine', () => {
    const permanent = CLASSES.filter((one) => Object.create(one.prototype as object) instanceof PermanentError);
    expect(permanent.length).toBeGreaterThan(0);
    expect(errors.PERMANENT_ERRORS).toEqual(expect.arrayContaining([PermanentError, ...permanent]));
  });
});
