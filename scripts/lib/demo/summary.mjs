// What a demo has done, read from its remote alone: nothing here asks Tallyman.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from './remote.mjs';

const cellsOf = (line) =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

function tokens(text) {
  const [, number, unit = ''] = /^([\d.]+)([KM]?)$/.exec(text) ?? [];
  return number === undefined ? 0 : Number(number) * { '': 1, K: 1e3, M: 1e6 }[unit];
}

const shown = (count) => (count >= 1e6 ? `${(count / 1e6).toFixed(2)}M` : `${(count / 1e3).toFixed(1)}K`);

/** The rows of the plan at the tip of `main`. */
export function rowsOf(place) {
  const lines = git(place.remote, 'show', 'main:docs/tasks.md').split('\n');
  const at = lines.findIndex((line) => line.startsWith('| id |'));
  const names = cellsOf(lines[at]);
  const rows = lines.slice(at + 2).filter((line) => line.startsWith('|'));
  return rows.map((line) => Object.fromEntries(cellsOf(line).map((cell, index) => [names[index], cell])));
}

/** Phases by the category in their ids. */
function phasesOf(place) {
  const text = git(place.remote, 'show', 'main:docs/tasks.md');
  return [...text.matchAll(/^- (Phase \d+ - [^(]+) \(\w+-(\w+)-\d+ through/gm)].map(([, title, category]) => ({
    title,
    category,
  }));
}

/** Commits of Tallyman on `main`, newest first: which row, from and to, and the attempt in the op id. */
function transitionsOf(place) {
  const log = git(
    place.remote,
    'log',
    '--format=%s%x00%(trailers:key=Tallyman-Op,valueonly,separator=%x2C)%x01',
    'main',
  );
  return log.split('\u0001').flatMap((entry) => {
    const [subject = '', op = ''] = entry.trim().split('\0');
    const [, task, to] = /^chore\(tasks\): (\S+) \S+ → (\S+)/.exec(subject) ?? [];
    return task === undefined ? [] : [{ task, to, attempt: Number(/:a(\d+)\./.exec(op)?.[1] ?? 1) }];
  });
}

/** Pushes that have arrived, counted by the lines the remote keeps of them: of the plan, and of the work. */
function pushesOf(place) {
  const heads = join(place.remote, 'logs', 'refs', 'heads');
  if (!existsSync(heads)) return { plan: 0, work: 0 };
  const files = readdirSync(heads, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const linesOf = (file) => readFileSync(file, 'utf8').trimEnd().split('\n').length;
  const plan = files.filter((file) => file === join(heads, 'main'));
  const sum = (list) => list.reduce((total, file) => total + linesOf(file), 0);
  return { plan: sum(plan), work: sum(files) - sum(plan) };
}

const isSatisfied = ({ status }) => status === 'done' || status === 'skipped';

/** Whether nothing is left: every row done, and the run that did it has written its end. */
export function isFinished(place) {
  const subjects = git(place.remote, 'log', '--format=%s', '-n', '1', '--grep=^chore(tasks): run ', 'main');
  return rowsOf(place).every(isSatisfied) && / ends( |$)/.test(subjects.trim());
}

const column = (text, width) => String(text).padStart(width);

/** The end, as lines. */
export function summaryLines(place) {
  const rows = rowsOf(place);
  const transitions = transitionsOf(place);
  const attemptsOf = (id) =>
    Math.max(0, ...transitions.filter(({ task }) => task === id).map(({ attempt }) => attempt));
  const code = git(place.remote, 'log', '--no-merges', '--format=%s', '--all', '--not', 'main').split('\n');
  const lines = [
    `${''.padEnd(30)}${column('done', 8)}${column('attempts', 10)}${column('estimated', 11)}${column('used', 9)}${column('status commits', 16)}${column('code commits', 14)}`,
  ];
  const line = (title, of) => {
    const isOf = new Set(of.map(({ id }) => id));
    const attempts = of.reduce((sum, { id }) => sum + attemptsOf(id), 0);
    const estimated = of.reduce((sum, { estimate }) => sum + tokens(estimate), 0);
    const used = of.reduce((sum, row) => sum + tokens(row.used), 0);
    const status = transitions.filter(({ task }) => isOf.has(task)).length;
    const commits = code.filter((subject) => isOf.has(/^\w+\(([^)]+)\)/.exec(subject)?.[1])).length;
    const done = `${of.filter(isSatisfied).length}/${of.length}`;
    return `${title.padEnd(30)}${column(done, 8)}${column(attempts, 10)}${column(shown(estimated), 11)}${column(shown(used), 9)}${column(status, 16)}${column(commits, 14)}`;
  };
  for (const { title, category } of phasesOf(place))
    lines.push(
      line(
        title,
        rows.filter(({ id }) => id.includes(`-${category}-`)),
      ),
    );
  lines.push(line('All', rows), '');
  const pushes = pushesOf(place);
  lines.push(`Pushes: ${pushes.plan} to main (the plan), ${pushes.work} to branches (the work).`);
  const repeated = rows.filter(({ id }) => attemptsOf(id) > 1).map(({ id }) => `${id} (${attemptsOf(id)} attempts)`);
  if (repeated.length > 0) lines.push(`Not at the first attempt: ${repeated.join(', ')}.`);
  for (const row of rows.filter((row) => !isSatisfied(row)))
    lines.push(`${row.id} is ${row.status}${row.notes ? `: ${row.notes}` : ''}`);
  return lines;
}
