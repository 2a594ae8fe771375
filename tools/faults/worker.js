// A thread of the fault simulation: its code is TypeScript, run as it is.
require('tsx/cjs');
require('./worker.ts');
