/**
 * Imported before each function of a local cloud: says in the file that HAND_OVERS_FILE names what is handed to
 * which process, and when that process answers.
 */
import { appendFileSync } from 'node:fs';
import readline from 'node:readline';

const note = (text) => appendFileSync(process.env.HAND_OVERS_FILE, `${process.pid} ${text}\n`);

// MiniStack's local executor hands over an event as a line on the standard input, after one to set up with …
const { createInterface } = readline;
readline.createInterface = (...options) => createInterface(...options).on('line', note);

// … and is answered by a line on the standard output.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (...chunk) => {
  note('answers');
  return write(...chunk);
};
