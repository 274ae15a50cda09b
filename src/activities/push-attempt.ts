/** An attempt's commits to a ref of their own on the remote: kept there until the task is done, so that no host's loss loses them. */
import type { Git } from '../adapters/git/port.ts';
import type { RunAgentInput } from '../contracts/activities.ts';
import { refNames } from '../contracts/names.ts';
import type { Failure } from '../domain/failure.ts';
import type { CommitSha } from '../domain/ids.ts';

/** Undefined when it is there; a refusal when the remote takes no such ref. An unknown outcome throws: the push is repeated, and says the same. */
export async function pushAttempt(git: Git, input: RunAgentInput, commit: CommitSha): Promise<Failure | undefined> {
  const ref = refNames.attempt(input.settings.refs, input.run, input.task.id, input.attempt);
  // Only this attempt writes it, and its latest turn counts.
  const pushed = await git.push([{ ref, to: commit, expected: 'any' }]);
  if (pushed.kind === 'pushed') return undefined;
  if (pushed.kind === 'refused') return { reason: 'push-refused', branch: ref, text: pushed.text };
  throw new Error(
    `The commits of ${input.task.id} could not be pushed to ${ref} of ${git.remote}: ` +
      `${pushed.kind === 'unknown' ? pushed.text : 'the ref moved meanwhile'}. It is tried again.`,
  );
}
