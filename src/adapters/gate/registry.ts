/** THE place to register a kind of gate: its file beside this one, and a line here. */
import { commandGate } from './command-gate.ts';
import type { GateKind } from './port.ts';

/** By kind. */
export const gateKinds = {
  [commandGate.kind]: commandGate,
} satisfies Readonly<Record<string, GateKind>>;
