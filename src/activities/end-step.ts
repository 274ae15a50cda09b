/** Ends a step for good: kills all that it started, and refuses to adopt or start it ever after. Idempotent. */
import type { StepKey } from '../domain/ids.ts';
import type { Ports } from './ports.ts';

export function endStep(
  ports: Pick<Ports, 'supervisor'>,
  input: { readonly key: StepKey; readonly graceMs: number },
): Promise<'killed' | 'was-over' | 'unknown'> {
  return ports.supervisor.end(input.key, input.graceMs);
}
