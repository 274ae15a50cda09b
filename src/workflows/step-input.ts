/** A command or a carried attempt -> the input of its activity. Each activity gets just its part of the settings. */
import type { AttemptInput, LandInput, PrepareInput, RunAgentInput, RunGatesInput } from '../contracts/activities.ts';
import { type AgentSettings, type RepoSettings, repoOf, type RunSettings } from '../contracts/run-settings.ts';
import type { RunStep } from '../domain/decide/commands.ts';
import type { Attempt, PhaseState } from '../domain/decide/state.ts';
import { type CommitSha, stepKey, type StepKey } from '../domain/ids.ts';
import type { Task } from '../domain/plan.ts';
import { invariant } from '../domain/result.ts';
import { now } from './now.ts';

export type StepInput =
  | { readonly name: 'prepareWorkspace'; readonly input: PrepareInput }
  | { readonly name: 'runAgent'; readonly input: RunAgentInput }
  | { readonly name: 'runGates'; readonly input: RunGatesInput }
  | { readonly name: 'land'; readonly input: LandInput };

/** The step key of a start: the same for every activity that carries it out. */
export function keyOf(state: PhaseState, start: Pick<RunStep, 'task' | 'attempt' | 'step' | 'turn'>): StepKey {
  const { plan, run } = state.run;
  return stepKey({ plan, run, task: start.task, attempt: start.attempt, step: start.step, turn: start.turn });
}

export function stepInput(settings: RunSettings, state: PhaseState, start: RunStep): StepInput {
  const task = taskOf(state, start.task);
  const shared = attemptInput(settings, state, start, task);
  const agent = (): AgentSettings => agentOf(settings, start.agent);
  switch (start.step) {
    case 'prepare': {
      const stackOn = shared.repo.stack ? branchesBelow(settings, task) : [];
      return { name: 'prepareWorkspace', input: { ...shared, fresh: start.fresh, stackOn, agent: agent() } };
    }
    case 'agent':
      return {
        name: 'runAgent',
        input: {
          ...shared,
          base: needed(start.base, 'base'),
          agent: agent(),
          ...(start.session === undefined ? {} : { session: start.session }),
          ...(start.lastFailure === undefined ? {} : { lastFailure: start.lastFailure }),
        },
      };
    case 'gates':
      return { name: 'runGates', input: { ...shared, ...commitsOf(start) } };
    case 'land':
      return { name: 'land', input: { ...shared, ...commitsOf(start), verdicts: start.verdicts, at: now() } };
  }
}

/** The start that a carried attempt is in: the same step key, so the next activity adopts what the last one started. */
export function startOf(task: Task, attempt: Attempt, reopened: number): RunStep {
  const { number, step, turn, agent, host, base, commit, session, lastFailure, fresh, verdicts } = attempt;
  return {
    kind: 'run-step',
    task: task.id,
    attempt: number,
    ...{ step, turn, agent, fresh, verdicts, reopened },
    ...(host === undefined ? {} : { host }),
    ...(base === undefined ? {} : { base }),
    ...(commit === undefined ? {} : { commit }),
    ...(session === undefined ? {} : { session }),
    ...(lastFailure === undefined ? {} : { lastFailure }),
  };
}

/** Every remote that a run may push to. */
export function remotesOf(settings: RunSettings): readonly string[] {
  const own = Object.values(settings.repos).map((repo) => remoteOf(settings, repo));
  return [...new Set([settings.plan.remote, ...own])];
}

function taskOf(state: PhaseState, id: string): Task {
  const task = state.graph.tasks.find((candidate) => candidate.id === id);
  invariant(task, `a command names task ${id}, which the phase does not have`);
  return task;
}

function attemptInput(settings: RunSettings, state: PhaseState, start: RunStep, task: Task): AttemptInput {
  const { commitType, commitAuthor, refs, killGraceMs, referenceReport, promptTemplate } = settings;
  return {
    key: keyOf(state, start),
    plan: settings.plan,
    run: state.run.run,
    task,
    attempt: start.attempt,
    reopened: start.reopened,
    repo: repoOf(settings, task.repo),
    settings: {
      ...{ commitType, commitAuthor, refs, killGraceMs, referenceReport },
      ...(promptTemplate === undefined ? {} : { promptTemplate }),
    },
  };
}

function agentOf(settings: RunSettings, name: string): AgentSettings {
  const agent = settings.agents[name];
  invariant(agent, `a step names agent "${name}", which the settings do not have`);
  return agent;
}

/** Branches of the needs, of this phase and those before, that lie in the same repository, without the task's own. */
function branchesBelow(settings: RunSettings, task: Task): readonly string[] {
  const home = remoteOf(settings, repoOf(settings, task.repo));
  const near = (task.stackOn ?? []).filter(({ repo }) => remoteOf(settings, repoOf(settings, repo)) === home);
  return [...new Set(near.map(({ branch }) => branch))].filter((branch) => branch !== task.branch);
}

function remoteOf(settings: RunSettings, repo: RepoSettings): string {
  return repo.remote ?? settings.plan.remote;
}

function commitsOf(start: RunStep): { readonly base: CommitSha; readonly commit: CommitSha } {
  return { base: needed(start.base, 'base'), commit: needed(start.commit, 'commit') };
}

function needed(commit: CommitSha | undefined, what: string): CommitSha {
  invariant(commit, `a step was started without its ${what}`);
  return commit;
}
