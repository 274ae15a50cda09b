// Level: chaos, the line to the remote is cut at every size.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish } from '../../src/activities/publish.ts';
import { createGitOf } from '../../src/adapters/git/git.ts';
import { RemoteUnreachable } from '../../src/adapters/git/port.ts';
import { testScope } from '../support/activity-scope.ts';
import { makeRemote, type TestRemote } from '../support/git-remote.ts';
import { claim, planSettings, portsOn, run } from '../support/publishing.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const ids = Array.from({ length: 24 }, (_, n) => `T-${n + 1}`);
const plan = `# P\n\n| id | status | description |\n|-|-|-|\n${ids.map((id) => `| ${id} | not-started | x |\n`).join('')}`;
let remote: TestRemote;
let proxy: TcpProxy;

beforeAll(async () => {
  remote = await makeRemote({ files: { 'docs/tasks.md': plan } });
  proxy = await startProxy(remote.port);
});
afterAll(async () => {
  await proxy.close();
  await remote.close();
});

describe('a publisher whose line breaks', () => {
  it('writes each transition once, wherever a connection is cut', async () => {
    const url = `git://127.0.0.1:${proxy.port}/remote.git`;
    const gitOf = createGitOf({ stateDirectory: join(remote.directory, 'state-cut') });
    const ports = portsOn(remote, 'cut', gitOf);
    for (const [n, id] of ids.entries()) {
      const tip = remote.tip('main')!;
      remote.commit({ [`person-${n}`]: 'x' });
      // ls-remote, fetch and push are a connection each.
      const from = n % 2 === 0 ? ('client' as const) : ('server' as const);
      proxy.plan(...Array.from({ length: n % 3 }, () => undefined), { afterBytes: 20 + 45 * Math.floor(n / 3), from });
      const input = { plan: { ...planSettings(remote), remote: url }, run, at: '2026-01-02T03:04:05.000Z', tip };
      await untilAnswered(() => publish(ports, { ...input, transitions: [claim(id, tip, {})] }, testScope()));
    }
    const ops = remote.log('main').flatMap(({ trailers }) => trailers['Tallyman-Op'] ?? []);
    expect(ops).toEqual(ids.map((id) => `${run}:${id}:a1.g0:claim`));
    expect(proxy.cut).toBeGreaterThan(10);
  });
});

/** What Temporal does with a fault. */
async function untilAnswered(work: () => ReturnType<typeof publish>): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    try {
      expect(await work()).toMatchObject({ kind: 'published', conflicts: [] });
      return;
    } catch (error) {
      if (!(error instanceof RemoteUnreachable)) throw error;
    }
  }
  throw new Error('20 tries were not enough');
}
