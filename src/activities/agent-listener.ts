/** Listens to an agent from the first byte: feeds its reader, keeps the end of its output, adds up what it says of tokens and session. */
import type { AgentExit, AgentReader, AgentSaid } from '../adapters/agent/port.ts';
import type { RunAgentInput } from '../contracts/activities.ts';
import type { AgentSession } from '../domain/step.ts';
import { addUsage, noUsage, type TokenUsage, totalTokens } from '../domain/usage.ts';
import { outputEnd } from './output-end.ts';

export interface AgentListener {
  feed(bytes: Uint8Array): { readonly line?: string; readonly tokens?: number };
  lines(): readonly string[];
  tokens(): number;
  /** Of this turn; the agent's own events before what its result claims. */
  usage(claimed?: TokenUsage): TokenUsage;
  /** To be resumed; `named` is the one of the result. */
  session(usage: TokenUsage, named?: string): AgentSession | undefined;
  end(exit: AgentExit): AgentSaid;
}

export function agentListener(reader: AgentReader, input: Pick<RunAgentInput, 'agent' | 'session'>): AgentListener {
  const output = outputEnd();
  let counted: TokenUsage | undefined;
  let sessionId = input.session?.agent === input.agent.name ? input.session.id : undefined;
  const tokens = (): number => (counted === undefined ? 0 : totalTokens(counted));
  return {
    feed(bytes) {
      output.feed(bytes);
      let line: string | undefined;
      for (const event of reader.feed(bytes)) {
        if (event.kind === 'activity') line = event.line;
        else if (event.kind === 'usage') counted = event.usage;
        else sessionId = event.id;
      }
      return { ...(line === undefined ? {} : { line }), tokens: tokens() };
    },
    lines: () => output.lines(),
    tokens,
    usage: (claimed) => counted ?? claimed ?? noUsage,
    session(usage, named) {
      const id = named ?? sessionId;
      if (id === undefined) return undefined;
      const before = input.session?.id === id ? input.session.usedBefore : noUsage;
      return { id, agent: input.agent.name, usedBefore: addUsage(before, usage) };
    },
    end: (exit) => reader.end(exit),
  };
}
