/** What the Publisher needs of the world: adapters of AWS in the cloud, of the local stack, of a test. */
import type { Blobs, Clock, Events, Log, Mailer, VersionedBlobs } from '../../shared/pipeline/ports.ts';
import type { RunRecord } from '../../shared/pipeline/table/records.ts';
import type { RunStore } from '../../shared/pipeline/table/run-store.ts';
import type { Thresholds } from '../../shared/report/alerts/thresholds.ts';

export interface PublisherDeps {
  readonly store: RunStore;
  readonly artifacts: Blobs;
  /** Where the run's published files go: keys are `<runId>/r<revision>/<file>`. */
  readonly published: (run: RunRecord) => { readonly blobs: VersionedBlobs; readonly location: string };
  readonly mailer: Mailer;
  readonly mail: { readonly from: string; readonly to: readonly string[]; readonly replyTo?: string };
  /** From when on something deserves an alert. */
  readonly thresholds: Thresholds;
  readonly events: Events;
  readonly clock: Clock;
  readonly log: Log;
}
