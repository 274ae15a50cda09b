/** The one place that knows where our own files lie: in the package's folder, beside the code or built into `dist/`. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}

const root = packageRoot();

export const ownFiles = {
  root,
  templates: join(root, 'templates'),
  supervisor: join(root, 'dist', 'processes', 'supervisor.js'),
  launcher: join(root, 'dist', 'processes', 'launcher.js'),
  serverKeeper: join(root, 'dist', 'processes', 'server-keeper.js'),
  client: join(root, 'dist', 'client.js'),
  workflowBundle: join(root, 'dist', 'workflows.js'),
  version: (): string => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return manifest.version;
  },
} as const;
