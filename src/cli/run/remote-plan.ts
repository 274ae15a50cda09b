/** The plan at the remote's tip, valid, or the refusal that says what is missing. Reads only. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommitSha } from '../../domain/ids.ts';
import type { Plan } from '../../domain/plan.ts';
import { type PlanDocument } from '../../plan-format/document.ts';
import { parsePlan } from '../../plan-format/parse-plan.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { Refusal } from '../refusal.ts';
import { countText } from '../show-diagnostics.ts';
import { ownChanges } from '../working-copy.ts';
import { type FoundRun, reachable } from './find-run.ts';

export interface RemotePlan {
  readonly tip: CommitSha;
  readonly plan: Plan;
  readonly document: PlanDocument;
}

export async function readRemotePlan(context: Context, found: FoundRun): Promise<RemotePlan> {
  const { plan: settings } = found.config.run;
  const { git } = found;
  const tip = await reachable(() => git.tip(settings.branch));
  if (tip === undefined) throw noBranch(found);
  await reachable(() => git.fetch(tip));
  const file = await git.read(tip, settings.path);
  if (file === undefined) throw noPlan(found);
  if (!file.mode.startsWith('100')) throw notAFile(found, file.mode);
  await sayWhatIsOnlyHere(context, found);
  const parsed = parsePlan({ path: settings.path, bytes: file.bytes }, settings.format);
  if (parsed.kind === 'valid') {
    if (parsed.warnings.length > 0)
      context.output.say(`${settings.path}: ${countText(parsed.warnings)}; \`tallyman validate\` shows them.`);
    return { tip, plan: parsed.plan, document: parsed.document };
  }
  await context.printDiagnostics(parsed.diagnostics);
  throw new Refusal(
    `The plan ${settings.path} on ${settings.branch} of ${git.remote} has ${countText(parsed.diagnostics)}; nothing was written.`,
    ['Mend it, `tallyman validate` it, push it, and run again.'],
    exitCodes.invalid,
  );
}

function noBranch({ config, git, copy }: FoundRun): Refusal {
  const { branch } = config.run.plan;
  return new Refusal(`The remote ${git.remote} has no branch ${branch}, on which the plan should be.`, [
    copy?.branch === branch
      ? `Push it: git push -u origin ${branch}`
      : 'Name the right one in tallyman.config.yaml: `plan: { branch: NAME }`.',
  ]);
}

function noPlan({ config, git, copy }: FoundRun): Refusal {
  const { branch, path } = config.run.plan;
  const here = copy !== undefined && existsSync(join(copy.root, path));
  if (here)
    return new Refusal(`The plan ${path} is only in your working copy, not on ${branch} of ${git.remote}.`, [
      `Commit and push it: git add ${path} && git commit -m "Add the plan" && git push origin HEAD:${branch}`,
    ]);
  return new Refusal(`There is no plan: ${path} is not on ${branch} of ${git.remote}.`, [
    'Write one with at least the columns id, status and description, commit and push it;',
    'or name another path: `tallyman run --plan PATH`, or `plan: PATH` in tallyman.config.yaml.',
  ]);
}

function notAFile({ config }: FoundRun, mode: string): Refusal {
  const what: Readonly<Record<string, string>> = {
    '120000': 'a symbolic link',
    '160000': 'a submodule',
    '040000': 'a directory',
  };
  return new Refusal(
    `Unexpected ${what[mode] ?? `mode ${mode}`} at ${config.run.plan.path}, expected a plain file.`,
    ['Put the plan itself there, or name its path with `--plan`.'],
    exitCodes.invalid,
  );
}

/** A person who edited the plan here expects those edits to run. */
async function sayWhatIsOnlyHere(context: Context, { config, git, copy }: FoundRun): Promise<void> {
  const { branch, path } = config.run.plan;
  if (copy?.branch !== branch) return;
  const own = await ownChanges(copy, context.environment.variables, path);
  if (own === 'none') return;
  context.output.say(
    `Note: ${path} has changes here that are not on ${branch} of ${git.remote} (${own}); the run follows the remote's. ` +
      `They count once they are pushed: ${own === 'uncommitted' ? `git commit ${path} && ` : ''}git push origin ${branch}`,
  );
}
