/**
 * An independent reader of what a run has left on a remote: knows the promises of the guide, and no code of ours.
 * Walks `main` commit by commit and gives every broken promise as a sentence; none means that the history is good.
 */
export interface Walk {
  readonly problems: readonly string[];
  readonly rows: readonly Row[];
  /** Attempt of the last transition of each row, from its op id. */
  readonly attempts: Readonly<Record<string, number>>;
  readonly firstClaim: number;
  readonly lastDone: number;
}

export type Row = Readonly<Record<string, string>>;
type Git = (...args: readonly string[]) => string;

const written = ['status', 'agent', 'started_at', 'completed_at', 'used', 'notes'];
const edges: Readonly<Record<string, readonly string[]>> = {
  'not-started': ['in-progress'],
  'in-progress': ['in-progress', 'done', 'failed', 'blocked', 'not-started'],
};
const plan = 'docs/tasks.md';
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

interface Table {
  readonly rows: ReadonlyMap<string, Row>;
  /** The rows as they are written, by id. */
  readonly lines: ReadonlyMap<string, string>;
  /** Every line outside the rows, to be compared byte for byte. */
  readonly rest: string;
}

function readTable(text: string): Table {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith('| id |'));
  const cells = (line: string): string[] =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
  const names = cells(lines[at] ?? '');
  const isRow = (line: string, index: number): boolean => index > at + 1 && line.startsWith('|');
  const rowLines = lines.filter(isRow);
  const rows = rowLines.map((line) => Object.fromEntries(cells(line).map((cell, n) => [names[n] ?? '', cell])));
  return {
    rows: new Map(rows.map((row) => [row['id'] ?? '', row])),
    lines: new Map(rows.map((row, index) => [row['id'] ?? '', rowLines[index] ?? ''])),
    rest: lines.filter((line, index) => !isRow(line, index)).join('\n'),
  };
}

const list = (cell: string | undefined): readonly string[] =>
  (cell ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
const isSatisfied = (row: Row | undefined): boolean => row?.['status'] === 'done' || row?.['status'] === 'skipped';
const category = (id: string): string => id.split('-').at(-2) ?? '';

export function walkHistory(git: Git): Walk {
  const problems: string[] = [];
  const attempts: Record<string, number> = {};
  const done = new Map<string, number>();
  const ops = new Set<string>();
  let firstClaim = Infinity;
  let lastDone = 0;
  const commits = git('rev-list', '--reverse', '--first-parent', 'main').split('\n').filter(Boolean);
  let before = readTable(git('show', `${commits[0] ?? ''}:${plan}`));
  const order = [...new Set([...before.rows.keys()].map(category))];

  for (const commit of commits.slice(1)) {
    const [subject = '', body = ''] = git('show', '-s', '--format=%s%x00%b', commit).split('\0');
    const say = (text: string): void => void problems.push(`${commit.slice(0, 8)} "${subject}": ${text}`);
    const paths = git('diff', '--name-only', `${commit}^`, commit).split('\n').filter(Boolean);
    if (/^chore\(tasks\): run \w{8} (begins|ends)/.test(subject)) {
      if (paths.length > 0) say(`changes ${paths.join(', ')}, expected nothing`);
      continue;
    }
    const [, id = '', from = '', to = ''] = /^chore\(tasks\): (\S+) (\S+) → (\S+) \[skip ci\]$/.exec(subject) ?? [];
    const op = /^Tallyman-Op: (\S+)$/m.exec(body)?.[1] ?? '';
    if (id === '' || op === '') {
      say('is no transition and no ownership commit');
      continue;
    }
    if (paths.length !== 1 || paths[0] !== plan) say(`changes ${paths.join(', ')}, expected ${plan} alone`);
    if (ops.has(op)) say(`op ${op} a second time`);
    ops.add(op);
    const after = readTable(git('show', `${commit}:${plan}`));
    if (after.rest !== before.rest) say('changes text outside the rows');
    checkCells(before, after, id, say);
    if (before.rows.get(id)?.['status'] !== from || after.rows.get(id)?.['status'] !== to)
      say('its subject is not what it does');
    if (edges[from]?.includes(to) !== true) say(`${from} → ${to} is no legal change`);
    const at = Date.parse(git('show', '-s', '--format=%cI', commit).trim());
    if (from === 'not-started') {
      firstClaim = Math.min(firstClaim, at);
      checkClaim(before, id, order, say);
    }
    if (to === 'done') {
      done.set(id, (done.get(id) ?? 0) + 1);
      lastDone = Math.max(lastDone, at);
    }
    attempts[id] = Number(/:a(\d+)\./.exec(op)?.[1] ?? NaN);
    before = after;
  }
  const rows = [...before.rows.values()];
  for (const row of rows) checkEnd(row, done.get(row['id'] ?? '') ?? 0, problems);
  return { problems, rows, attempts, firstClaim, lastDone };
}

function checkCells(before: Table, after: Table, id: string, say: (text: string) => void): void {
  if ([...before.rows.keys()].join() !== [...after.rows.keys()].join()) say('adds, drops or moves rows');
  for (const [other, row] of after.rows) {
    const old = before.rows.get(other) ?? {};
    const changed = Object.keys(row).filter((name) => row[name] !== old[name]);
    const foreign = other === id ? changed.filter((name) => !written.includes(name)) : changed;
    if (foreign.length > 0) say(`changes ${foreign.join(', ')} of ${other}`);
    if (other !== id && before.lines.get(other) !== after.lines.get(other)) say(`changes bytes of ${other}`);
  }
}

function checkClaim(before: Table, id: string, order: readonly string[], say: (text: string) => void): void {
  const open = list(before.rows.get(id)?.['depends_on']).filter((need) => !isSatisfied(before.rows.get(need)));
  if (open.length > 0) say(`claims before ${open.join(', ')} is done`);
  const earlier = order.slice(0, order.indexOf(category(id)));
  const early = [...before.rows].filter(([other, row]) => earlier.includes(category(other)) && !isSatisfied(row));
  if (early.length > 0) say(`claims while ${early.map(([other]) => other).join(', ')} of an earlier phase is open`);
}

function checkEnd(row: Row, timesDone: number, problems: string[]): void {
  const { id = '', status = '' } = row;
  if (timesDone > 1) problems.push(`${id} was done ${timesDone} times`);
  if (status !== 'done') return;
  if (!instant.test(row['started_at'] ?? '')) problems.push(`${id}: started_at is "${row['started_at'] ?? ''}"`);
  if (!instant.test(row['completed_at'] ?? '')) problems.push(`${id}: completed_at is "${row['completed_at'] ?? ''}"`);
  if (!/^\d+(\.\d+)?[KM]?$/.test(row['used'] ?? '')) problems.push(`${id}: used is "${row['used'] ?? ''}"`);
  if ((row['agent'] ?? '') === '') problems.push(`${id}: agent is empty`);
}
