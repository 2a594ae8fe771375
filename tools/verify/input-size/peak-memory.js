/** Imported before a program: writes its peak memory, in bytes, to the file that PEAK_MEMORY_FILE names. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Linux counts in `maxRSS` what the process was forked from, too; its own peak stands beside it. */
function peakBytes() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(kilobytes) * 1024;
}

process.on('exit', () => {
  writeFileSync(process.env.PEAK_MEMORY_FILE, String(peakBytes()));
});
