import { codeVersion } from '../../infra/code-version.ts';
import packageJson from '../../package.json';

describe('the version of the code', () => {
  it('is that of the package, and names the commit where there is a git folder', () => {
    expect(codeVersion()).toMatch(/^\d+\.\d+\.\d+(\+[0-9a-f]{7,40}(\.dirty)?)?$/);
    expect(codeVersion().split('+')[0]).toBe(packageJson.version);
  });
});
