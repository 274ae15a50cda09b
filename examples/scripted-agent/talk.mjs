// What the agent says, and to whom: the one that watches it (stdout, result file), the journal, the test that drives it.
import { appendFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pollMs = 20;
const waitMsMax = 120_000;

export const say = (line) => process.stdout.write(`${line}\n`);

/** The block every agent ends with: on stdout for people, in the file for the program. */
export function finish(result) {
  say(`\`\`\`json\n${JSON.stringify(result, null, 2)}\n\`\`\``);
  const file = process.env.TALLYMAN_RESULT;
  if (file === undefined) return;
  writeFileSync(`${file}.new`, JSON.stringify(result));
  renameSync(`${file}.new`, file);
}

/** One line per event; a single small append is whole even when several agents write. */
export function journal(file, event) {
  if (file !== undefined)
    appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), pid: process.pid, ...event })}\n`);
}

/** Tells the rig that we are there, and waits until it lets us go on. */
export async function waitFor(rig, task, name) {
  if (rig === undefined) throw new Error(`the playbook makes ${task} wait for ${name}, but there is no --rig DIR`);
  mkdirSync(rig, { recursive: true });
  writeFileSync(join(rig, `${task}.waiting`), String(process.pid));
  const until = Date.now() + waitMsMax;
  while (!existsSync(join(rig, name))) {
    if (Date.now() > until) throw new Error(`${name} did not appear in ${rig} within ${waitMsMax} ms`);
    await new Promise((done) => setTimeout(done, pollMs));
  }
}
