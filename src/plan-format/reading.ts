/**
 * A document with its rows, the ids they name and its phases: what the rules judge and the plan is made from. It holds whatever
 * could be read, so that all problems are found at once. Judges nothing itself.
 */
import type { PlanFormat } from '../domain/policy.ts';
import type { PlanDocument } from './document.ts';
import type { Edge } from './edges.ts';
import { edgesOf } from './edges.ts';
import type { Structure } from './find-tables.ts';
import type { Lines } from './lines.ts';
import { findNearTables } from './near-tables.ts';
import type { NearTables } from './near-tables.ts';
import type { PhaseReading } from './phases.ts';
import { readPhases } from './phases.ts';
import type { ReadDocument } from './read-document.ts';
import type { IsId, Mention, ReadRow } from './rows.ts';
import { idCheck, mentionsOf, rowsIn } from './rows.ts';

export interface Reading extends NearTables {
  readonly document: PlanDocument;
  readonly lines: Lines;
  readonly structure: Structure;
  readonly format: PlanFormat;
  readonly isId: IsId;
  readonly rows: readonly ReadRow[];
  /** The first row of each id. */
  readonly byId: ReadonlyMap<string, ReadRow>;
  readonly mentions: readonly Mention[];
  readonly edges: readonly Edge[];
  readonly phases: PhaseReading;
}

export function readRows(read: ReadDocument, format: PlanFormat): Reading {
  const isId = idCheck(format);
  const rows = rowsIn(read.document, isId);
  const byId = new Map<string, ReadRow>();
  for (const row of rows) if (row.id !== undefined && !byId.has(row.id)) byId.set(row.id, row);
  const mentions = mentionsOf(rows, byId);
  const phases = readPhases({ ...read, format, isId, rows });
  return { ...read, ...findNearTables(read), format, isId, rows, byId, mentions, edges: edgesOf(mentions), phases };
}
