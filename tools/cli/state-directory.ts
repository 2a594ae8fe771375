import { resolve } from 'node:path';

/** Where the local stack keeps its state, between processes. */
export const STATE_DIRECTORY = resolve('.larder');
