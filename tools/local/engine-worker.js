// A thread of the engine: its code is TypeScript, run as it is.
require('tsx/cjs');
require('./engine-worker.ts');
