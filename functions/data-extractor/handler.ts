import { formatProblem, type Problem } from '../../shared/domain/input/problem';
import { readWeek } from '../../shared/domain/input/read-week';
import { weeksBetween } from '../../shared/domain/iso-week';
import type { MenuWeek, Week } from '../../shared/domain/model';
import { volumeSd } from '../../shared/domain/uncertainty';
import { putArtifact } from '../../shared/pipeline/artifacts';
import { InputRefused } from '../../shared/pipeline/errors';
import type { Blobs } from '../../shared/pipeline/ports';
import { loadInputs, type InputFiles } from '../../shared/pipeline/read-inputs';
import type { RunRecord } from '../../shared/pipeline/records';
import type { RunStore } from '../../shared/pipeline/run-store';
import type { InputWarning, WeekSnapshot } from '../../shared/pipeline/snapshot';
import type { StageWork } from '../../shared/pipeline/stage-worker';

export interface ExtractorDeps {
  readonly store: RunStore;
  readonly artifacts: Blobs;
  /** Opens the folder or prefix that a run reads its inputs from. */
  readonly openInputs: (location: string) => InputFiles;
}

/** The Data Extractor: one week's slice of the inputs, validated, with what was last published for it. */
export function extractData(deps: ExtractorDeps): StageWork {
  return async ({ run, message, artifactKey }) => {
    const snapshot = await extract(deps, run, message.week);
    const { week, warnings } = snapshot;
    return {
      artifact: await putArtifact(deps.artifacts, artifactKey, snapshot),
      summary: {
        boxes: week.boxes,
        recipes: week.recipes.length,
        skus: week.skus.length,
        warnings: warnings.length,
      },
    };
  };
}

async function extract(deps: ExtractorDeps, run: RunRecord, menuWeek: MenuWeek): Promise<WeekSnapshot> {
  const loaded = await loadInputs(deps.openInputs(run.input), { weeks: new Set([menuWeek]) });
  if (loaded.problems.errorCount > 0) throw refused(loaded.problems.errors);
  const { capOverrides, volumeMultiplier } = run.settings;
  const read = readWeek(loaded.tables, menuWeek, {
    horizonWeeks: weeksBetween(run.weeks[0], menuWeek),
    capOverrides,
    ...(menuWeek in volumeMultiplier ? { volumeMultiplier: volumeMultiplier[menuWeek] } : {}),
  });
  if (!read.ok) throw refused(read.problems);
  const published = await deps.store.publishedWeek(menuWeek);
  const previous = published && {
    runId: published.runId,
    revision: published.revision,
    artifact: published.artifact,
  };
  return {
    week: read.week,
    inputSha256: loaded.sha256,
    warnings: [...read.warnings.map(warningOf), ...assumed(read.week)],
    ...(previous ? { previous } : {}),
  };
}

function warningOf(problem: Problem): InputWarning {
  const { about } = problem;
  return { message: formatProblem(problem), ...(about === undefined ? {} : { about }) };
}

/** What the forecast takes for granted where the input does not say. */
function assumed(week: Week): InputWarning[] {
  if (week.boxesSd !== undefined) return [];
  const percent = (100 * volumeSd(week)).toFixed(1);
  return [{ message: `weeks.csv gives no boxes_sd for ${week.menuWeek}: ${percent}% is assumed` }];
}

function refused(problems: readonly Problem[]): InputRefused {
  return new InputRefused(problems.map(formatProblem).join('\n'));
}
