/** The list of rules: a check of the plan is its file and its line here. Spec 3.5. */
import { approveWord } from './approve-word.ts';
import { branchDiffers } from './branch-differs.ts';
import { branchName } from './branch-name.ts';
import { cellCount } from './cell-count.ts';
import { confusableId } from './confusable-id.ts';
import { conflictMarker } from './conflict-marker.ts';
import { delimiterRow } from './delimiter-row.ts';
import { dependencyCycle } from './dependency-cycle.ts';
import { dependencyFormat } from './dependency-format.ts';
import { doneBeforeDependency } from './done-before-dependency.ts';
import { duplicateColumn } from './duplicate-column.ts';
import { duplicateId } from './duplicate-id.ts';
import { emptyDescription } from './empty-description.ts';
import { emptyFile } from './empty-file.ts';
import { encoding } from './encoding.ts';
import { gluedText } from './glued-text.ts';
import { idFormat } from './id-format.ts';
import { issueText } from './issue-text.ts';
import { laterPhase } from './later-phase.ts';
import { limits } from './limits.ts';
import { missingColumn } from './missing-column.ts';
import { noTable } from './no-table.ts';
import { oneSidedBlocks } from './one-sided-blocks.ts';
import { phaseRange } from './phase-range.ts';
import { priorityNumber } from './priority-number.ts';
import { repoName } from './repo-name.ts';
import { rowOutsideTable } from './row-outside-table.ts';
import type { Rule } from './rule.ts';
import { selfDependency } from './self-dependency.ts';
import { statusWord } from './status-word.ts';
import { timestamp } from './timestamp.ts';
import { tokenNumber } from './token-number.ts';
import { unclosedBlockRule } from './unclosed-block.ts';
import { unknownColumn } from './unknown-column.ts';
import { unknownDependency } from './unknown-dependency.ts';

/** From the file as a whole to what its rows say together. */
export const rules: readonly Rule[] = [
  limits,
  encoding,
  emptyFile,
  conflictMarker,
  noTable,
  delimiterRow,
  missingColumn,
  duplicateColumn,
  unknownColumn,
  cellCount,
  gluedText,
  rowOutsideTable,
  unclosedBlockRule,
  idFormat,
  duplicateId,
  confusableId,
  statusWord,
  emptyDescription,
  issueText,
  repoName,
  branchName,
  dependencyFormat,
  unknownDependency,
  selfDependency,
  dependencyCycle,
  phaseRange,
  laterPhase,
  oneSidedBlocks,
  doneBeforeDependency,
  branchDiffers,
  timestamp,
  tokenNumber,
  priorityNumber,
  approveWord,
];
