/** Agents that may not start: after a usage limit until its reset, after a missing log-in until a person resumes. Spec 6.7. */
import { type Draft, tell, update } from './draft.ts';
import { isAhead, isInstant, later } from './instants.ts';
import type { AgentHold } from './state.ts';

/** A usage limit. Without a reset that lies ahead the waits grow from the first to the longest of the policy. */
export function limitAgent(draft: Draft, agent: string, until: string | undefined): void {
  const before = draft.state.run.agentHolds[agent];
  if (before !== undefined && before.until === undefined) return;
  const waits = before?.waits ?? 0;
  if (until !== undefined && isInstant(until) && isAhead(until, draft.at))
    return limitUntil(draft, agent, { until, waits, why: 'usage limit' });
  const { first, max } = draft.state.run.policy.limitWaitMs;
  const end = later(draft.at, Math.min(first * 2 ** waits, max));
  limitUntil(draft, agent, { until: end, waits: waits + 1, why: 'usage limit' });
}

/** Stops an agent until a person resumes the run. */
export function holdAgent(draft: Draft, agent: string, why: string): void {
  if (draft.state.run.agentHolds[agent]?.why !== why) {
    const text = `Agent ${agent} is stopped until \`tallyman resume\`: ${why}`;
    tell(draft, { about: 'blocker', key: `agent:${agent}:${draft.at}`, text });
  }
  setHold(draft, agent, { why, waits: 0 });
}

/** The agent has worked: its row of limits is over, unless another limit was met meanwhile. */
export function letAgentGo(draft: Draft, agent: string): void {
  const hold = draft.state.run.agentHolds[agent];
  if (hold?.until === undefined || isAhead(hold.until, draft.at)) return;
  const holds = Object.entries(draft.state.run.agentHolds).filter(([name]) => name !== agent);
  update(draft, { run: { ...draft.state.run, agentHolds: Object.fromEntries(holds) } });
}

function limitUntil(draft: Draft, agent: string, hold: AgentHold & { readonly until: string }): void {
  const before = draft.state.run.agentHolds[agent];
  // Of two limits met at the same time the later one counts.
  const isSame = before?.until === hold.until;
  if (!isSame && isAhead(before?.until, hold.until)) return;
  setHold(draft, agent, hold);
  if (isSame) return;
  const text = `Agent ${agent} has met its usage limit; it goes on at ${hold.until}.`;
  tell(draft, { about: 'limit', key: `limit:${agent}:${hold.until}`, text });
}

function setHold(draft: Draft, agent: string, hold: AgentHold): void {
  const { run } = draft.state;
  update(draft, { run: { ...run, agentHolds: { ...run.agentHolds, [agent]: hold } } });
}
