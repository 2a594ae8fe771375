// A thread of the benchmark: its code is TypeScript, run as it is.
require('tsx/cjs');
require('./scenarios-worker.ts');
