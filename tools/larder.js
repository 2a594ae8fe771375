#!/usr/bin/env node
// The AWS SDK announces on every start that it will drop Node 20; package.json says which Node is supported.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// The command line is TypeScript, run as it is.
require('tsx/cjs');
require('./cli/main.ts');
