// Level: adapter, with a real server.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Connection } from '@temporalio/client';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { findRunningServer, useDevServer, type DevServer } from '../../../../src/adapters/temporal/dev-server/start.ts';
import { isAlive, parseIdentity } from '../../../../src/processes/process-identity.ts';
import { serverVersion } from '../../../../src/adapters/temporal/dev-server/versions.ts';

const used: DevServer[] = [];

async function use(stateDirectory: string): Promise<DevServer> {
  const server = await useDevServer({
    stateDirectory,
    environment: { PATH: dirname(inject('temporalBinary')) },
    binary: inject('temporalBinary'),
    say: () => undefined,
    idleMs: 200,
  });
  used.push(server);
  return server;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(condition()).toBe(true);
}

const pidOf = (stateDirectory: string): number => {
  const recorded = JSON.parse(readFileSync(join(stateDirectory, 'server', serverVersion, 'server.json'), 'utf8')) as {
    identity: unknown;
  };
  return parseIdentity(recorded.identity)!.pid;
};

afterEach(async () => {
  await Promise.all(used.splice(0).map((server) => server.release()));
});

describe('the embedded server', () => {
  test('two uses at the same time share one server, which ends when the last one lets go', async () => {
    const stateDirectory = mkdtempSync(join(tmpdir(), 'tallyman-server-'));
    const [first, second] = await Promise.all([use(stateDirectory), use(stateDirectory)]);
    expect(first.address).toBe(second.address);
    await first.release();
    expect(findRunningServer(stateDirectory)?.address).toBe(first.address);
    await second.release();
    await until(() => findRunningServer(stateDirectory) === undefined);
  });

  test('a killed server is back at the same address with the same namespace settings', async () => {
    const stateDirectory = mkdtempSync(join(tmpdir(), 'tallyman-server-'));
    const server = await use(stateDirectory);
    const before = pidOf(stateDirectory);
    process.kill(before, 'SIGKILL');
    await until(() => pidOf(stateDirectory) !== before);
    const again = await use(stateDirectory);
    expect(again.address).toBe(server.address);
    const connection = await Connection.connect({ address: again.address });
    const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 3600);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(Object.keys(customAttributes)).toContain('TallymanPlan');
    await connection.close();
  });

  test('a killed keeper is replaced by the next use, and its orphaned server is ended first', async () => {
    const stateDirectory = mkdtempSync(join(tmpdir(), 'tallyman-server-'));
    await use(stateDirectory);
    const orphan = pidOf(stateDirectory);
    const keeper = findRunningServer(stateDirectory)!.keeper;
    process.kill(keeper.pid, 'SIGKILL');
    await until(() => !isAlive(keeper));
    await use(stateDirectory);
    expect(pidOf(stateDirectory)).not.toBe(orphan);
  });
});
