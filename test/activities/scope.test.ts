// Level: activity (Temporal's mock environment).
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { currentScope } from '../../src/activities/scope.ts';
import type { StepFate } from '../../src/adapters/temporal/port.ts';

function endingOf(
  details: ConstructorParameters<typeof ActivityCancellationDetails>[0],
  fate?: StepFate,
): Promise<'kill' | 'detach'> {
  const environment = new MockActivityEnvironment();
  const fates = fate === undefined ? undefined : { fateOf: () => Promise.resolve(fate) };
  const ending = environment.run(async () => {
    const scope = currentScope(fates);
    const how = await scope.ending;
    expect(scope.signal.aborted).toBe(true);
    return how;
  });
  environment.cancel('CANCELLED', new ActivityCancellationDetails(details));
  return ending as Promise<'kill' | 'detach'>;
}

describe('how an activity is to end', () => {
  it.each([
    ['a cancel by the workflow', { cancelRequested: true }, 'kill'],
    ['a reset by a person', { reset: true }, 'kill'],
    ['a worker that shuts down', { workerShutdown: true }, 'detach'],
    ['a pause', { paused: true }, 'detach'],
    ['a time-out', { timedOut: true }, 'detach'],
  ] as const)('%s: %o is %s', async (_name, details, how) => {
    expect(await endingOf(details)).toBe(how);
  });

  it.each([
    ['terminated', 'kill'],
    ['given-up', 'kill'],
    ['pending', 'detach'],
    ['continued', 'detach'],
    ['closed', 'detach'],
    ['unknown', 'detach'],
  ] as const)('not found, and its fate is %s: %s', async (fate, how) => {
    expect(await endingOf({ notFound: true }, fate)).toBe(how);
  });

  it('an interruption of the worker kills, and an activity that is over hears of it no more', async () => {
    const interrupt = new AbortController();
    const environment = new MockActivityEnvironment();
    const [first, second] = await Promise.all([
      environment.run(async () => {
        const scope = currentScope(undefined, interrupt.signal);
        interrupt.abort();
        return scope.ending;
      }),
      new MockActivityEnvironment().run(() => {
        const scope = currentScope(undefined, new AbortController().signal);
        scope.release();
        return Promise.resolve(scope.signal.aborted);
      }),
    ]);
    expect(first).toBe('kill');
    expect(second).toBe(false);
  });

  it('knows who watches', async () => {
    const environment = new MockActivityEnvironment({
      workflowExecution: { workflowId: 'w', runId: 'r' },
      activityId: 'A.a1.agent.1',
    });
    expect(await environment.run(() => Promise.resolve(currentScope(undefined).watcher))).toEqual({
      workflowId: 'w',
      runId: 'r',
      activityId: 'A.a1.agent.1',
    });
  });
});
