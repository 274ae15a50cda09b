/** Types of `git-server.mjs`, for tests. */
export interface GitServer {
  readonly port: number;
  /** Resolves when no connection and no child is left. */
  close(): Promise<void>;
}
export function startGitServer(options: {
  readonly root: string;
  readonly port?: number;
  readonly host?: string;
}): Promise<GitServer>;
