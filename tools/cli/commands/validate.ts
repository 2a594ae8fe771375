import { resolve } from 'node:path';
import pc from 'picocolors';
import { formatProblem } from '../../../shared/domain/input/problem.ts';
import { validateInputs } from '../../../shared/pipeline/inputs/validate-inputs.ts';
import { directoryInputFiles } from '../../local/files.ts';
import { EXIT } from '../exit-codes.ts';

/** `larder validate`: everything that is wrong, a line each, on standard error. */
export async function validateCommand(input: string): Promise<number> {
  const report = await validateInputs(directoryInputFiles(resolve(input)));
  for (const warning of report.warnings) process.stderr.write(`${pc.yellow('warning')} ${formatProblem(warning)}\n`);
  for (const problem of report.errors) process.stderr.write(`${pc.red('error')} ${formatProblem(problem)}\n`);
  if (report.errorCount > report.errors.length) {
    process.stderr.write(`… and ${report.errorCount - report.errors.length} more errors\n`);
  }
  if (report.errorCount > 0) {
    process.stderr.write(`${report.errorCount} ${report.errorCount === 1 ? 'error' : 'errors'} in ${input}.\n`);
    return EXIT.refused;
  }
  process.stdout.write(`${input}: ${report.weeks.length} weeks, ${report.weeks.join(', ')}, ready to run.\n`);
  return EXIT.published;
}
