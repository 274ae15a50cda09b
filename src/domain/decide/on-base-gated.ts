/** The verdicts on a base: red ones hold every claim in that repo. A repo without gates is green. Spec 7.1. */
import { failureLine } from '../failure-line.ts';
import type { Verdict } from '../step.ts';
import { type Draft, update } from './draft.ts';
import type { Event } from './events.ts';
import type { BaseGates, PhaseState } from './state.ts';

export function onBaseGated(draft: Draft, { repo, verdicts }: Event & { readonly kind: 'base-gated' }): void {
  const before = draft.state.run.baseGates[repo];
  const turn = before?.kind === 'running' ? before.turn : undefined;
  const isGreen = verdicts.every((verdict) => verdict.kind === 'passed');
  setGates(
    draft,
    repo,
    isGreen ? { kind: 'green' } : { kind: 'red', verdicts, ...(turn === undefined ? {} : { turn }) },
  );
}

export function setGates(draft: Draft, repo: string, gates: BaseGates): void {
  const { run } = draft.state;
  update(draft, { run: { ...run, baseGates: { ...run.baseGates, [repo]: gates } } });
}

/** What is wrong with the red bases, with the end of each gate's output. */
export function redBases(state: PhaseState): string {
  return Object.entries(state.run.baseGates)
    .flatMap(([repo, gates]) => (gates.kind === 'red' ? [redBase(repo, gates.verdicts)] : []))
    .join('\n');
}

function redBase(repo: string, verdicts: readonly Verdict[]): string {
  const bad = verdicts.filter((verdict) => verdict.kind !== 'passed');
  const lines = bad.flatMap(({ gate, kind, failure }) => [
    failure === undefined ? `gate ${gate} ${kind}` : failureLine(failure),
    ...(failure !== undefined && 'lastLines' in failure
      ? failure.lastLines.slice(-20).map((line) => `    ${line}`)
      : []),
  ]);
  const where = repo === '' ? 'the base' : `the base of ${repo}`;
  return [`The gates of ${where} are red, so nothing is claimed there (\`--allow-red\` goes on):`, ...lines].join('\n');
}
