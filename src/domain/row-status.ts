/** The six words of the status cell and the legal edges between them. The parser, the rules and the docs read this. Spec 3.2. */

export const rowStatuses = ['not-started', 'in-progress', 'done', 'failed', 'blocked', 'skipped'] as const;
export type RowStatus = (typeof rowStatuses)[number];

/** A row in which nothing more happens by itself. */
export type SettledStatus = 'done' | 'failed' | 'blocked' | 'skipped';

export function isRowStatus(text: string): text is RowStatus {
  return (rowStatuses as readonly string[]).includes(text);
}

export function isSettled(status: RowStatus): status is SettledStatus {
  return status !== 'not-started' && status !== 'in-progress';
}

/** Lets dependents start. A failure never does. */
export function isSatisfied(status: RowStatus): status is 'done' | 'skipped' {
  return status === 'done' || status === 'skipped';
}

/** Edges that Tallyman may write. A person may make any; a person wins. `in-progress` to itself is a new attempt or a new note. */
const edges: Readonly<Record<RowStatus, readonly RowStatus[]>> = {
  'not-started': ['in-progress', 'skipped'],
  'in-progress': ['in-progress', 'done', 'failed', 'blocked', 'not-started', 'skipped'],
  done: [],
  failed: ['not-started', 'skipped'],
  blocked: ['not-started', 'skipped'],
  skipped: [],
};

export function isLegalEdge(from: RowStatus, to: RowStatus): boolean {
  return edges[from].includes(to);
}
