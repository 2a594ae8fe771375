#!/usr/bin/env node
// The command line is TypeScript, run as it is.
require('tsx/cjs');
require('./cli/main.ts');
