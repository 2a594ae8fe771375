import { hostname, userInfo } from 'node:os';

/** Who sits at this computer, for the records: user@host. */
export function operator(): string {
  return `${userInfo().username}@${hostname()}`;
}
