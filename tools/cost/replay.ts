/** What a replay would use, from what its stages took the last time. */
import { STAGES } from '../../shared/pipeline/stages.ts';
import type { ReplayPlan } from '../../shared/pipeline/run/replay.ts';
import type { RunView } from '../../shared/pipeline/table/run-store.ts';
import type { Usage } from './cost.ts';

/** Of one stage, as `larder cost` counts them: claim, week, commit, hand-off, and what is read before each. */
const STAGE_USAGE = { messages: 3, writes: 6, reads: 6, gets: 3, puts: 1, seconds: 2 };
/** Of the state machine's way to a correction: Request, Publish, Outcome, RunPublished. */
const PUBLICATION_USAGE = { transitions: 4, writes: 8, reads: 20, puts: 10, seconds: 5 };
/** A worker's memory, and the Publisher's. */
const GIGABYTES = { stage: 1769 / 1024, publisher: 3538 / 1024 };

/** The usage of the plan's stages and of one publication. */
export function replayUsage(view: RunView, plan: ReplayPlan): Usage {
  const rows = plan.weeks.flatMap(({ week, from }) =>
    STAGES.slice(STAGES.indexOf(from)).map((stage) =>
      view.stages.find((row) => row.week === week && row.stage === stage),
    ),
  );
  const seconds = rows.reduce((sum, row) => {
    const { committed } = row ?? {};
    const took = committed && (Date.parse(committed.committedAt) - Date.parse(committed.startedAt)) / 1000;
    return sum + (took ?? STAGE_USAGE.seconds);
  }, 0);
  return {
    'states:Transition': PUBLICATION_USAGE.transitions,
    'lambda:Invoke': rows.length + 1,
    'lambda:gigabyteSeconds': seconds * GIGABYTES.stage + PUBLICATION_USAGE.seconds * GIGABYTES.publisher,
    'sqs:SendMessage': STAGE_USAGE.messages * rows.length,
    'dynamodb:writeUnits': STAGE_USAGE.writes * rows.length + PUBLICATION_USAGE.writes,
    'dynamodb:readUnits': STAGE_USAGE.reads * rows.length + PUBLICATION_USAGE.reads,
    's3:GetObject': STAGE_USAGE.gets * rows.length + view.run.weeks.length,
    's3:PutObject': STAGE_USAGE.puts * rows.length + PUBLICATION_USAGE.puts,
    'ses:SendRawEmail': 1,
    'events:PutEvents': 1,
  };
}
