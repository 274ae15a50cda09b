/** Random plan files for properties: rows as people write them, and documents of all line ends and styles. */
import fc from 'fast-check';

const word = fc.constantFrom(
  'a',
  'done',
  '`x',
  'y`',
  '**b',
  '<i>',
  '[l](u)',
  String.raw`\|`,
  String.raw`\\`,
  '\\',
  '~~',
  'é',
  '🙂',
  '-',
  ':--',
  '&amp;',
  'T-1',
  '$',
  "'",
  '#1',
);

/** Cell content: no pipe that splits, no line end, no padding. */
export const cellText = fc
  .array(word, { maxLength: 4 })
  .map((words) => words.join(' ').trim())
  // A backslash at the end would save the pipe behind it when there is no padding.
  .map((text) => (/(?:^|[^\\])(?:\\\\)*\\$/.test(text) ? `${text}.` : text));

/** One line as a row, well-formed or not. It begins with a letter or a pipe: anything else may begin another block. */
export const rowLine = fc
  .tuple(
    fc.constantFrom('|', '| ', ' | ', 'a', 'a ', '|\t'),
    fc.array(fc.oneof(word, fc.constantFrom('|', ' | ', '||', '\t', '  ')), { maxLength: 12 }),
    fc.constantFrom('', '|', ' |', ' | ', '  '),
  )
  .map(([start, middle, end]) => start + middle.join('') + end);

export interface Written {
  readonly text: string;
  /** Rows by cells, as meant. */
  readonly rows: readonly (readonly string[])[];
  readonly columns: readonly string[];
}

const optional = ['agent', 'started_at', 'completed_at', 'used', 'notes', 'owner', 'risk'] as const;

/** A valid plan: any order of columns, padding, outer pipes, line ends, BOM, text around the table. */
export const planFile: fc.Arbitrary<Written> = fc
  .record({
    columns: fc
      .subarray([...optional])
      .chain((extra) =>
        fc.shuffledSubarray(['id', 'status', 'description', ...extra], { minLength: 3 + extra.length }),
      ),
    rows: fc.array(fc.array(cellText, { minLength: 10, maxLength: 10 }), { minLength: 1, maxLength: 5 }),
    lead: fc.boolean(),
    close: fc.boolean(),
    pad: fc.constantFrom('', ' ', '  ', '\t'),
    aligned: fc.boolean(),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    bom: fc.boolean(),
    around: fc.constantFrom('none', 'heading', 'after', 'notes'),
    lastLineEnd: fc.boolean(),
  })
  .map((parts) => {
    const { columns, lineEnd } = parts;
    // Without outer pipes an empty cell, or one that begins a block, at the edge means something else.
    const lead = parts.lead || columns[0] !== 'id';
    const close = parts.close || columns.at(-1) !== 'description';
    const rows = parts.rows.map((cells, index) =>
      columns.map((column, place) => {
        if (column === 'id') return `T-${index + 1}`;
        if (column === 'status') return ['not-started', 'In-Progress', 'failed'][index % 3] ?? '';
        if (column === 'description') return `Do ${cells[place] ?? ''}`.trim();
        return ['started_at', 'completed_at', 'used'].includes(column) ? '' : (cells[place] ?? '');
      }),
    );
    const all = [columns, columns.map(() => '---'), ...rows];
    const widths = columns.map((_, place) => Math.max(...all.map((cells) => cells[place]?.length ?? 0)));
    const line = (cells: readonly string[]) => {
      const shown = parts.aligned ? cells.map((cell, place) => cell.padEnd(widths[place] ?? 0)) : cells;
      return `${lead ? '|' : ''}${shown.map((cell) => parts.pad + cell + parts.pad).join('|')}${close ? '|' : ''}`.replace(
        /^[ \t]+/,
        '',
      );
    };
    const table = all.map(line).join(lineEnd);
    const before = parts.around === 'heading' ? `# Tasks${lineEnd}${lineEnd}` : '';
    const after = {
      none: parts.lastLineEnd ? lineEnd : '',
      heading: lineEnd,
      after: `${lineEnd}${lineEnd}Text | after.`,
      notes: `${lineEnd}${lineEnd}## Task notes${lineEnd}${lineEnd}- mine${lineEnd}- T-1 (attempt 1): old${lineEnd}`,
    }[parts.around];
    return { text: `${parts.bom ? '\ufeff' : ''}${before}${table}${after}`, rows, columns };
  });
