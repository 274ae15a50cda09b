/** Bytes of a plan file -> PlanDocument and Plan, or every diagnostic. Spec 3. */
import type { Diagnostic } from '../domain/diagnostic.ts';
import type { Plan } from '../domain/plan.ts';
import type { PlanFormat } from '../domain/policy.ts';
import type { PlanDocument } from './document.ts';

export interface PlanFile {
  /** For messages. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export type ParsedPlan =
  | {
      readonly kind: 'valid';
      readonly plan: Plan;
      readonly document: PlanDocument;
      readonly warnings: readonly Diagnostic[];
    }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

/** Reads a plan file. Never throws; all problems at once, sorted by place. Spec 3. */
export function parsePlan(_file: PlanFile, _format: PlanFormat): ParsedPlan {
  return { kind: 'invalid', diagnostics: [] };
}
