// Runs one of the project's programs: node tools/run.js tools/verify/faults/main.ts [arguments]
import { compiled } from './compile.js';

const [program] = process.argv.splice(2, 1);
await import(await compiled(program));
