/** All runs, newest first, one below the other. */
import type { RunListDto } from '../../dto.ts';
import { useNow } from '../parts/data.ts';
import { instant } from '../parts/format.ts';
import { HeadCells } from '../parts/head-cells.tsx';
import { Link, runPath } from '../parts/router.tsx';
import { rangeText, tookText, WeekCounts } from './run-list.tsx';
import { Status } from '../parts/status.tsx';

const COLUMNS = [
  ['Run'],
  ['Status'],
  ['Weeks'],
  ['Revision', 'number wide'],
  ['Started', 'wide'],
  ['Took', 'number'],
  ['By', 'wide'],
] as const;

export function RunsPage({ list }: { readonly list: RunListDto }) {
  const now = useNow(list.runs.some((run) => run.status === 'RUNNING'));
  return (
    <>
      <h1>Runs</h1>
      <table class="all-runs">
        <thead>
          <tr>
            <HeadCells columns={COLUMNS} />
          </tr>
        </thead>
        <tbody>
          {list.runs.map((run) => (
            <tr key={run.runId}>
              <th scope="row">
                <Link to={runPath(run.runId, 'weeks')}>{run.label ?? rangeText(run)}</Link>
                <span class="run-id">
                  {run.runId}
                  {run.kind === 'what-if' && ', what-if'}
                </span>
              </th>
              <td>
                <Status state={run.status} />
              </td>
              <td>
                <span class="wide">{rangeText(run)}, </span>
                <WeekCounts run={run} />
              </td>
              <td class="number wide">{run.revision === 0 ? '' : run.revision}</td>
              <td class="wide">{instant(run.startedAt)}</td>
              <td class="number">{tookText(run, now)}</td>
              <td class="wide">{run.startedBy}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
