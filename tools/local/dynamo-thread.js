// The thread of the embedded DynamoDB: its code is TypeScript, run as it is.
require('tsx/cjs');
require('./dynamo-thread.ts');
