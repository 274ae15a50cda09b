/** `cancel ID`. */
import type { CommandModule } from '../command.ts';
import { requestForTask } from '../run/task-request.ts';

export const run: CommandModule['run'] = (context, args, options) => requestForTask('cancel', context, args, options);
