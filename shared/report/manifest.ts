/** `manifest.json`: what the numbers were made from, so that they can be made again. */
import type { Thresholds } from './alerts/thresholds.ts';
import type { LoadedWeek, RevisionParts } from './loaded-week.ts';

/** @param sha256 of the published files, by name */
export function manifestOf(
  { run, record, basis, weeks }: RevisionParts,
  sha256: Readonly<Record<string, string>>,
  thresholds: Thresholds,
): object {
  const inputsOf = (loaded: LoadedWeek) => loaded.result?.inputSha256;
  const inputs = weeks.map(inputsOf).find((hashes) => hashes !== undefined) ?? {};
  const common = JSON.stringify(inputs);
  const differing = weeks.filter((week) => inputsOf(week) && JSON.stringify(inputsOf(week)) !== common);
  return {
    run_id: run.runId,
    revision: record.revision,
    code_version: run.codeVersion,
    seed: run.settings.seed,
    settings: run.settings,
    weeks: run.weeks,
    input: run.input,
    inputs_read_at: basis.inputsReadAt ?? null,
    inputs,
    ...(differing.length === 0
      ? {}
      : { inputs_by_week: Object.fromEntries(differing.map((week) => [week.week, inputsOf(week)])) }),
    compared_with: Object.fromEntries(
      weeks.flatMap(({ week, previous }) =>
        previous ? [[week, { run_id: previous.runId, revision: previous.revision }]] : [],
      ),
    ),
    alert_thresholds: thresholds,
    files: sha256,
    stages: basis.stages.map(({ week, stage, attempt, startedAt, committedAt }) => ({
      menu_week: week,
      stage,
      attempt,
      started_at: startedAt,
      committed_at: committedAt,
    })),
  };
}
