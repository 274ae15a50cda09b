// What a bad agent does. Each is one key of a playbook's entry; README.md lists them.
import { spawn } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finish, say } from './talk.mjs';

const forever = () => new Promise(() => setInterval(() => undefined, 60_000));

/** Programs of their own session that outlive us unless somebody ends them. */
function leaveChildren(count) {
  for (let index = 0; index < count; index += 1) {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    child.unref();
    say(`left a child behind: ${child.pid}`);
  }
}

/** `floodBytes` of output in lines, at the reader's pace. */
async function flood(bytes) {
  const line = `${'x'.repeat(1023)}\n`;
  for (let sent = 0; sent < bytes; sent += line.length) {
    if (!process.stdout.write(line)) await new Promise((done) => process.stdout.once('drain', done));
  }
}

/** Before any work. An exit code ends the agent there. */
export async function misbehaveBefore(entry, id) {
  if (entry.children !== undefined) leaveChildren(entry.children);
  if (entry.floodBytes !== undefined) await flood(entry.floodBytes);
  if (entry.silent === true) await forever();
  if (entry.exitCode !== undefined) {
    say(`giving up on ${id}`);
    process.stderr.write(entry.stderr ?? 'scripted-agent: told to fail\n');
    return entry.exitCode;
  }
  return undefined;
}

/** After the work: files nobody asked for, then the result, true or not. */
export function misbehaveAfter(entry, clone, result) {
  for (const [path, text] of Object.entries(entry.dirty ?? {})) writeFileSync(join(clone, path), text);
  if (entry.touchPlan !== undefined) appendFileSync(join(clone, entry.touchPlan), '\nchanged by an agent\n');
  if (entry.result === 'none') return 0;
  if (entry.result === 'garbage') {
    say('```json\n{"task_id": "half a res\n```');
    return 0;
  }
  finish({ ...result, ...entry.result });
  return 0;
}
