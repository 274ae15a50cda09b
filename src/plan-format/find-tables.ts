/**
 * Where the blocks of a document are: headings, tables, and what hides a table (code, HTML, lists, quotes). By remark, on the
 * document cut down to its structure; rows are read by the linear scanner. Knows nothing of columns or tasks.
 */
import type { Root, RootContent } from 'mdast';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';
import type { Lines } from './lines.ts';
import { lineText } from './lines.ts';
import { shorten } from './shorten.ts';

export interface Heading {
  /** From 0. */
  readonly line: number;
  /** The same, or that of its underline. */
  readonly last: number;
  readonly text: string;
}

/** Lines from 0, both inclusive. The header is `first`, the delimiter row the line after it. */
export interface TableLines {
  readonly first: number;
  readonly last: number;
  readonly heading?: Heading;
}

/** A block whose lines are not read as rows. */
export interface HiddenLines {
  readonly first: number;
  readonly last: number;
  readonly inside: 'code' | 'html' | 'list' | 'quote';
}

export interface Structure {
  readonly headings: readonly Heading[];
  /** Tables at the margin, in order. */
  readonly tables: readonly TableLines[];
  readonly hidden: readonly HiddenLines[];
  /** More lines of structure than are read: nothing else was looked at. */
  readonly tooLong: boolean;
}

/** Lines that remark is given at most: a second or so of its time. A plan of 20,000 rows needs a few hundred. */
export const structureLinesMax = 10_000;

/** A file of more lines is not looked at. */
export const linesMax = 500_000;

const tooLong: Structure = { headings: [], tables: [], hidden: [], tooLong: true };

const parser = remark().use(remarkGfm);

/** Never throws; the work of remark is bounded whatever the text. */
export function findTables(lines: Lines): Structure {
  if (lines.count > linesMax) return tooLong;
  const short = shorten(lines);
  if (short.lineOf.length > structureLinesMax) return tooLong;
  const root: Root = parser.parse(short.text);
  const headings: Heading[] = [];
  const tables: TableLines[] = [];
  const hidden: HiddenLines[] = [];
  const frontMatter = frontMatterEnd(lines);
  for (const node of root.children) {
    const first = short.lineOf[(node.position?.start.line ?? 1) - 1] ?? 0;
    // Equal lines after a kept one are left out, so a block goes on to the next kept line.
    const last = (short.lineOf[node.position?.end.line ?? 0] ?? lines.count) - 1;
    if (first <= frontMatter) continue;
    if (node.type === 'heading') headings.push({ line: first, last, text: headingText(lines, first, last) });
    else if (node.type === 'table') tables.push(withHeading({ first, last }, headings.at(-1)));
    else {
      const inside = hides[node.type];
      if (inside !== undefined) hidden.push({ first, last, inside });
    }
  }
  return { headings, tables, hidden, tooLong: false };
}

/** Settings of other tools between `---` at the beginning of the file, which Markdown reads as a heading: its last line, or -1. */
function frontMatterEnd(lines: Lines): number {
  if (lineText(lines, 0).trimEnd() !== '---' || !/^[\w-]{1,100}:/.test(lineText(lines, 1))) return -1;
  for (let line = 2; line < Math.min(lines.count, 1_000); line += 1) {
    if (/^(?:---|\.\.\.)[ \t]*$/.test(lineText(lines, line).slice(0, 100))) return line;
  }
  return -1;
}

const hides: Partial<Record<RootContent['type'], HiddenLines['inside']>> = {
  code: 'code',
  html: 'html',
  list: 'list',
  blockquote: 'quote',
};

function withHeading(table: TableLines, heading: Heading | undefined): TableLines {
  return heading === undefined ? table : { ...table, heading };
}

/** Without its markers: `## Phase **1** ##` and underlined headings alike. */
function headingText(lines: Lines, first: number, last: number): string {
  const own = lineText(lines, first).slice(0, 1_000).trim();
  const text = own.startsWith('#')
    ? own.replace(/^#+/, '').replace(/(?:^|[ \t])#+$/, '')
    : Array.from({ length: Math.min(Math.max(last - first, 1), 5) }, (_, index) =>
        lineText(lines, first + index).slice(0, 1_000),
      ).join(' ');
  return text
    .replaceAll(/[`*]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '')
    .replaceAll(/\[([^\][]{0,200})\]\([^()]{0,500}\)/g, '$1')
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .trim();
}
