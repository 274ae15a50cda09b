/** Tells people what happened, by every way the settings name for it. The log is always one of them. */
import type { RunActivities } from '../contracts/activities.ts';
import type { Ports } from './ports.ts';

type NotifyInput = Parameters<RunActivities['notify']>[0];

export function notify(ports: Pick<Ports, 'log'>, { notice }: NotifyInput): Promise<void> {
  const { about, task, key, text } = notice;
  ports.log.info(text, { about, key, ...(task === undefined ? {} : { task }) });
  return Promise.resolve();
}
