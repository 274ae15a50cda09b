/** The plan file as written: tables, rows and cells with their places. Never leaves plan-format's users in activities; what crosses to the scheduler is `Plan`. Spec 3.1. */

/** Offsets in UTF-16 units into `text`; `end` is exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Cell {
  /** The content without its padding; empty content gives an empty range at the place where content would go. */
  readonly content: Range;
  /** From just after its leading pipe (or the line's start) to just before its trailing pipe (or the line's end). */
  readonly whole: Range;
  /** Content with `\|` read as `|`. */
  readonly text: string;
}

export interface Row {
  /** From 1. */
  readonly line: number;
  readonly range: Range;
  readonly cells: readonly Cell[];
}

export interface TaskTable {
  /** Text of the heading above; empty when there is none. */
  readonly heading: string;
  /** Line of that heading; 0 when there is none. Tables with the same one are one phase. */
  readonly headingLine: number;
  readonly header: Row;
  readonly delimiter: Row;
  readonly rows: readonly Row[];
  /** Known column name -> index in `cells`. */
  readonly columns: Readonly<Record<string, number>>;
  /** Unknown columns: header in lower case -> index. */
  readonly extra: Readonly<Record<string, number>>;
}

/** The `## Task notes` list. */
export interface NotesSection {
  /** The heading, with its underline if it has one, without the line end. */
  readonly heading: Range;
  /** Lines of the list under it, one for each line that begins with a bullet at the margin. */
  readonly items: readonly Range[];
  /** Where the last list under it ends, with all that belongs to its items; missing when there is none. */
  readonly listEnd?: number;
}

export interface PlanDocument {
  readonly path: string;
  /** The whole file, BOM included. */
  readonly text: string;
  /** Task tables only: those that have `id` and `status`. */
  readonly tables: readonly TaskTable[];
  /** Missing when the file has no such heading. */
  readonly notes?: NotesSection;
}
