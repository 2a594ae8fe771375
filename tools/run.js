// Runs one of the project's programs: node tools/run.js tools/verify/faults/main.ts [arguments]
import { start } from './compile.js';

const [program = '(none named)'] = process.argv.splice(2, 1);
await start(program);
