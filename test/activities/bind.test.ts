// Level: activity (Temporal's mock environment).
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { createActivities, toFailure } from '../../src/activities/bind.ts';
import type { Ports } from '../../src/activities/ports.ts';
import { Detached } from '../../src/activities/scope.ts';
import { RemoteUnreachable } from '../../src/adapters/git/port.ts';
import { stepKey, planId, runId } from '../../src/domain/ids.ts';
import { InvariantViolation } from '../../src/domain/result.ts';

describe('what Temporal is told of an error', () => {
  it.each([
    ['a remote that does not answer', new RemoteUnreachable('git://host does not answer: check the network')],
    ['a watcher that leaves', new Detached('the next one adopts')],
    ['any other fault', new TypeError('disk full')],
  ])('%s is retried, with its text', (_name, error) => {
    const told = toFailure(error);
    expect(told).toBeInstanceOf(ApplicationFailure);
    expect(told).toMatchObject({ message: error.message, type: error.name, nonRetryable: false });
  });

  it('a bug, a cancel and what is a failure already are left alone', () => {
    for (const error of [new InvariantViolation('bug'), new CancelledFailure('c'), ApplicationFailure.retryable('r')])
      expect(toFailure(error)).toBe(error);
  });
});

describe('a bound activity', () => {
  const key = stepKey({
    plan: planId('0badcafe'),
    task: 'A',
    run: runId('12345678'),
    attempt: 1,
    step: 'agent',
    turn: 1,
  });
  const ports = (end: () => Promise<'killed'>) => ({ supervisor: { end } }) as unknown as Ports;

  it('gives the value of the plain function, beats before it works, and tells when it is over', async () => {
    const told: string[] = [];
    const environment = new MockActivityEnvironment();
    environment.on('heartbeat', () => told.push('beat'));
    const bound = createActivities(
      ports(() => {
        told.push('works');
        return Promise.resolve('killed');
      }),
      { began: (name) => (told.push(`${name} begins`), () => told.push(`${name} is over`)) },
    );
    expect(await environment.run(() => bound.host.endStep({ key, graceMs: 1 }))).toBe('killed');
    expect(told).toEqual(['beat', 'endStep begins', 'works', 'endStep is over']);
  });

  it('throws what it throws as a failure that is retried', async () => {
    const bound = createActivities(ports(() => Promise.reject(new RemoteUnreachable('silent'))));
    const ran = new MockActivityEnvironment().run(() => bound.host.endStep({ key, graceMs: 1 }));
    await expect(ran).rejects.toMatchObject({ type: 'RemoteUnreachable', message: 'silent' });
  });
});
