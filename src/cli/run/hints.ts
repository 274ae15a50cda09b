/** What a person can do about a run that waits for one: a line each. */
import type { Progress, RunProgress } from '../../contracts/progress.ts';

export function controlHints(seen: {
  readonly run?: RunProgress | undefined;
  readonly phase?: Progress | undefined;
}): readonly string[] {
  const holds = seen.phase?.holds ?? [];
  const isPaused = seen.run?.control === 'paused' || seen.phase?.control === 'paused';
  const paused = holds.find(({ what, why }) => what === 'run' && why.startsWith('paused'));
  const agents = holds.filter(({ what, until }) => until === undefined && what.startsWith('agent '));
  return [
    ...(isPaused ? [`The run is ${paused?.why ?? 'paused'}; \`tallyman resume\` ends that.`] : []),
    ...agents.map(
      ({ what }) =>
        `${what.charAt(0).toUpperCase()}${what.slice(1)} is held until \`tallyman resume\` tries it again. ` +
        'A run keeps the config it began with: to take a changed one, `tallyman stop`, then `tallyman run`.',
    ),
    ...(holds.some(({ what, why }) => what === 'run' && why.startsWith('three tasks'))
      ? ['Look at the first of them (`tallyman why ID`, `tallyman logs ID`), then `tallyman resume`.']
      : []),
  ];
}
