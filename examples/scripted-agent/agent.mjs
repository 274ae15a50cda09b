#!/usr/bin/env node
// A coding agent that follows a script: used by the demo, the tests and the bench, always through the public `command`
// preset. It gets what any agent gets: the prompt, a clone to work in, and a place for its result. What it does for a
// task stands in a playbook (README.md beside this file).
//
// S1  It knows no attempt number. A defect is mended only when the prompt holds the failing gate's own words.
// S2  Started again after a kill, at any point, it ends with the same files and the same commits.
// S3  It touches nothing outside its clone but the result file, the journal and the rig's folder.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { misbehaveAfter, misbehaveBefore } from './behaviours.mjs';
import { commitEdits, commitsSince, topLevel } from './clone.mjs';
import { editsOf, writeEdits } from './edits.mjs';
import { finish, journal, say, waitFor } from './talk.mjs';

const exitUsage = 2;

function readArguments(argv) {
  const options = { playbook: undefined, journal: undefined, rig: undefined };
  for (let index = 0; index < argv.length; index += 2) {
    const name = argv[index]?.replace(/^--/, '');
    const value = argv[index + 1];
    if (!(name in options) || value === undefined) {
      process.stderr.write(
        `scripted-agent: unexpected ${argv[index]}, expected --playbook FILE [--journal FILE] [--rig DIR]\n`,
      );
      process.exit(exitUsage);
    }
    options[name] = resolve(value);
  }
  if (options.playbook === undefined) {
    process.stderr.write('scripted-agent: no --playbook FILE\n');
    process.exit(exitUsage);
  }
  return options;
}

/** The prompt: from the file named by the caller, else from stdin. */
function readPrompt() {
  const file = process.env.TALLYMAN_PROMPT;
  return file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : readFileSync(0, 'utf8');
}

/** The task this prompt is about: the first id of the playbook that stands in it as a whole word. */
function taskIn(prompt, playbook) {
  const found = Object.keys(playbook.tasks)
    .map((id) => ({ id, at: prompt.search(new RegExp(`(?<![\\w-])${id}(?![\\w-])`)) }))
    .filter(({ at }) => at !== -1)
    .sort((a, b) => a.at - b.at);
  return found[0]?.id;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function main() {
  const options = readArguments(process.argv.slice(2));
  const playbook = JSON.parse(readFileSync(options.playbook, 'utf8'));
  const prompt = readPrompt();
  const id = taskIn(prompt, playbook);
  if (id === undefined) {
    process.stderr.write('scripted-agent: no task of the playbook is named in the prompt\n');
    return exitUsage;
  }
  const entry = { ...playbook.defaults, ...playbook.tasks[id] };
  const session = process.env.TALLYMAN_SESSION ?? '';
  const note = (event, more) => journal(options.journal, { event, task: id, session, ...more });
  note('started');

  say(`reading the task ${id}`);
  if (entry.await !== undefined) await waitFor(options.rig, id, entry.await);
  await pause((entry.thinkMs ?? 0) / 2);
  const early = await misbehaveBefore(entry, id);
  if (early !== undefined) return early;

  // A limit is reported once per session: the one that comes back with the session goes on.
  if (entry.limit !== undefined && session === '') {
    const resetsAt = new Date(Date.now() + entry.limit.resetsInMs).toISOString();
    say(`usage limit reached, resets at ${resetsAt}`);
    note('limited', { resetsAt });
    finish({ task_id: id, status: 'limited', resets_at: resetsAt, session: `scripted-${id}` });
    return 0;
  }

  const clone = topLevel();
  const isDefective = entry.defect !== undefined && !new RegExp(entry.defect.mendedBy).test(prompt);
  const edits = editsOf(isDefective ? [entry, entry.defect] : [entry], options.playbook);
  for (const line of entry.say ?? []) say(line);
  for (const path of writeEdits(clone, edits)) say(`edited ${path}`);
  await pause((entry.thinkMs ?? 0) / 2);
  if (edits.length > 0 && entry.commit !== false) commitEdits(clone, edits, `fix(${id}): ${entry.message}`);

  const head = commitsSince(clone, process.env.TALLYMAN_BASE);
  if (head !== undefined) say(`committed ${head.slice(0, 12)}`);
  note('ended', { commit: head ?? null, defective: isDefective });
  return misbehaveAfter(entry, clone, {
    task_id: id,
    status: entry.status ?? 'success',
    used: entry.used ?? '5K',
    commit_sha: head ?? null,
    notes: entry.notes ?? entry.message ?? '',
    session: `scripted-${id}`,
  });
}

process.exitCode = await main();
