/** Asks for a replay, and for its reason, which is kept. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { askReplay } from '../parts/data.ts';
import { FIRST_STAGE, STAGE_CATALOGUE, STAGES, type Stage } from '../../../../shared/pipeline/stages.ts';

interface Props {
  readonly runId: string;
  readonly weeks: readonly string[];
  /** @param started what was started; undefined where nothing was */
  readonly onClose: (started?: string) => void;
}

export function ReplayDialog({ runId, weeks, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [from, setFrom] = useState<Stage>(FIRST_STAGE);
  const [reason, setReason] = useState('');
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState('');
  useEffect(() => dialog.current?.showModal(), []);
  const send = async () => {
    setSending(true);
    setError('');
    try {
      onClose(await askReplay(runId, { weeks, from, reason }));
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown));
      setSending(false);
    }
  };
  const what = weeks.length === 1 ? weeks[0] : `${weeks.length} weeks`;
  return (
    <dialog ref={dialog} aria-labelledby="replay-title" onClose={() => onClose()}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() !== '' && !isSending) void send();
        }}
      >
        <h2 id="replay-title">Replay {what}</h2>
        <p>
          {weeks.length > 1 && <span class="mono">{weeks.join(', ')}. </span>}
          It runs again as the next attempt, and the run's next revision is published as a correction.
        </p>
        <label>
          From
          <select value={from} onChange={(event) => setFrom(event.currentTarget.value as Stage)}>
            {STAGES.map((stage) => (
              <option key={stage} value={stage}>
                {STAGE_CATALOGUE[stage].title}: {STAGE_CATALOGUE[stage].replaysFrom}
              </option>
            ))}
          </select>
        </label>
        <label>
          Reason
          <textarea
            required
            rows={3}
            maxLength={1024}
            value={reason}
            placeholder="Kept with the revision, and in the mail"
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        {error !== '' && (
          <p class="failure" role="alert">
            {error}
          </p>
        )}
        <div class="dialog-buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={isSending}>
            {isSending ? 'Asking …' : 'Replay'}
          </button>
        </div>
      </form>
    </dialog>
  );
}
