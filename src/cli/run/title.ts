/** The first line of a run: remote, branch, plan, server, agent. */
import { withoutCredentials } from '../../adapters/git/names.ts';
import type { Config } from '../../config/config.ts';
import type { FrameHead } from '../live/frame.ts';
import type { Server } from './server.ts';

export function headOf({ run }: Config, server: Server): Pick<FrameHead, 'title' | 'ui'> {
  const { plan, policy } = run;
  const parts = [
    `${withoutCredentials(plan.remote)} ${plan.branch}`,
    plan.path,
    server.shown,
    `${policy.concurrency} × ${policy.agents[''] ?? 'agent'}`,
  ];
  return { title: parts.join(' · '), ...(server.ui === undefined ? {} : { ui: server.ui }) };
}
