/** A scope as Temporal would give it, driven by the test. */
import type { ActivityScope } from '../../src/activities/scope.ts';
import type { Heartbeat } from '../../src/contracts/progress.ts';

export interface TestScope extends ActivityScope {
  readonly beats: Heartbeat[];
  end(how: 'kill' | 'detach'): void;
  /** Resolves with the first heartbeat, past or to come, that the test accepts. */
  beat(accepts: (details: Heartbeat) => boolean): Promise<Heartbeat>;
}

export function testScope(activityId = 'T1.a1.agent.1'): TestScope {
  const stop = new AbortController();
  const beats: Heartbeat[] = [];
  const listeners = new Set<(details: Heartbeat) => void>();
  let resolveEnding: (how: 'kill' | 'detach') => void = () => undefined;
  const ending = new Promise<'kill' | 'detach'>((resolve) => {
    resolveEnding = resolve;
  });
  return {
    beats,
    heartbeat: (details) => {
      beats.push(details);
      listeners.forEach((listener) => {
        listener(details);
      });
    },
    ending,
    signal: stop.signal,
    watcher: { workflowId: 'tallyman/p/phase-1', runId: 'r1', activityId },
    end: (how) => {
      resolveEnding(how);
      stop.abort(new Error(how));
    },
    beat: (accepts) => {
      const past = beats.find(accepts);
      if (past !== undefined) return Promise.resolve(past);
      return new Promise((resolve) => {
        const listener = (details: Heartbeat): void => {
          if (!accepts(details)) return;
          listeners.delete(listener);
          resolve(details);
        };
        listeners.add(listener);
      });
    },
  };
}
