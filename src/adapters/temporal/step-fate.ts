/** Asks the server what became of an activity, and reports one failed whose worker is dead. */
import {
  ActivityNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { StepWatcher } from '../supervisor/port.ts';
import { withDeadline } from './connection.ts';
import type { StepFate, StepFates } from './port.ts';

/** Numbers of the server's API: PENDING_ACTIVITY_STATE_STARTED. */
const startedState = 2;

export function createStepFates(client: Client): StepFates {
  const describe = ({ workflowId, runId }: StepWatcher): Promise<WorkflowExecutionDescription> =>
    withDeadline(client, () => client.workflow.getHandle(workflowId, runId).describe());
  return {
    fateOf: async (watcher) => {
      try {
        return fateIn(await describe(watcher), watcher.activityId);
      } catch (error) {
        return error instanceof WorkflowNotFoundError ? 'closed' : 'unknown';
      }
    },
    failStep: async (watcher, why) => {
      try {
        const pending = pendingIn(await describe(watcher), watcher.activityId);
        if (Number(pending?.state) !== startedState) return 'not-started-there';
        await withDeadline(client, () =>
          client.activity.fail({ ...watcher }, ApplicationFailure.retryable(why, 'WatcherDied')),
        );
        return 'failed';
      } catch (error) {
        if (error instanceof ActivityNotFoundError || error instanceof WorkflowNotFoundError)
          return 'not-started-there';
        throw error;
      }
    },
  };
}

function fateIn(description: WorkflowExecutionDescription, activityId: string): StepFate {
  switch (description.status.name) {
    case 'RUNNING':
    case 'PAUSED':
      return pendingIn(description, activityId) === undefined ? 'given-up' : 'pending';
    case 'CONTINUED_AS_NEW':
      return 'continued';
    case 'TERMINATED':
      return 'terminated';
    case 'COMPLETED':
    case 'FAILED':
    case 'CANCELLED':
    case 'TIMED_OUT':
      return 'closed';
    case 'UNSPECIFIED':
    case 'UNKNOWN':
      return 'unknown';
  }
}

function pendingIn(description: WorkflowExecutionDescription, activityId: string) {
  return description.raw.pendingActivities?.find((pending) => pending.activityId === activityId);
}
