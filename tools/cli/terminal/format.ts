import Table from 'cli-table3';
import pc from 'picocolors';
import type { RunStatus, StageStatus, WeekStatus } from '../../../shared/pipeline/table/records.ts';

/** 950 ms, 12.3 s, 4 min 05 s */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes} min ${String(Math.floor((ms % 60_000) / 1000)).padStart(2, '0')} s`;
}

/** To the second, UTC. */
export function instant(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;
}

/** A status in its colour. */
export function statusColour(status: RunStatus | WeekStatus | StageStatus): string {
  switch (status) {
    case 'PUBLISHED':
    case 'COMPLETE':
      return pc.green(status);
    case 'PARTIAL':
    case 'RETRYING':
    case 'CANCELLED':
      return pc.yellow(status);
    case 'FAILED':
      return pc.red(status);
    case 'RUNNING':
      return pc.cyan(status);
    case 'PENDING':
      return pc.dim(status);
  }
}

/** A table with a line under its head and none between its rows. */
export function tableOf(head: string[], colAligns: ('left' | 'right')[] = []): Table.Table {
  const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
  return new Table({ head, colAligns, chars, style: { head: [], border: [], compact: true } });
}

/** The text without line breaks and control characters: a name must not move the cursor. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}
