/**
 * Names that reach git's command line: remotes, refs and paths, checked here before anything runs. Spec 5.2.
 *   N1 A remote that starts another program (`ext::`, a leading `-`) or that makes the remote side our child (a path, `file://`) is refused.
 *   N2 Credentials in an address stay in the address: they are in no message and no id.
 *   N3 The same repository has the same id whichever way it is reached (https, ssh, user, `.git`).
 */
import { createHash } from 'node:crypto';
import { planId, type PlanId } from '../../domain/ids.ts';
import { err, ok, type Result } from '../../domain/result.ts';

export interface Remote {
  /** As given to git. */
  readonly url: string;
  /** Without credentials, for people. */
  readonly shown: string;
  /** `host[:port]/path` without user, protocol and `.git`: what the plan's id is made of. */
  readonly normalised: string;
}

const defaultPorts: Readonly<Record<string, string>> = { ssh: '22', https: '443', http: '80', git: '9418' };
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Checks a remote's address. `protocols` adds to https and ssh, beyond loopback. The error is a whole sentence. */
export function parseRemote(text: string, protocols: readonly string[] = []): Result<Remote, string> {
  const safe = withoutCredentials(text);
  if (text === '' || hasControl(text)) {
    return err(`Unexpected remote ${JSON.stringify(safe)}, expected an https or ssh address.`);
  }
  if (text.startsWith('-')) return err(`Unexpected remote "${safe}", expected an address — it begins with a dash.`);
  if (text.includes('::') && !text.includes('[::1]')) {
    return err(`Unexpected remote "${safe}", expected an https or ssh address — "::" would run another program.`);
  }
  const url = asUrl(text);
  if (url === undefined || url.protocol === 'file:') return err(noPath(safe));
  return checkUrl(text, safe, url, protocols);
}

function checkUrl(text: string, safe: string, url: URL, protocols: readonly string[]): Result<Remote, string> {
  const protocol = url.protocol.replace(/^git\+/, '').slice(0, -1);
  const host = url.hostname.toLowerCase();
  if (host === '' || host.startsWith('-') || url.username.startsWith('-')) {
    return err(`Unexpected remote "${safe}", expected a host name in it.`);
  }
  const allowed = ['https', 'ssh', ...protocols, ...(loopback.test(host) ? ['git', 'http'] : [])];
  if (!allowed.includes(protocol)) {
    return err(
      `Unexpected protocol ${protocol}:// in remote "${safe}", expected https or ssh — ` +
        `others only to this machine, or when \`git.protocols\` of the config names them.`,
    );
  }
  const path = url.pathname
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/^\/+/, '');
  if (path === '' || path.startsWith('-')) {
    return err(`Unexpected remote "${safe}", expected the path of a repository after the host.`);
  }
  const port = url.port === '' || url.port === defaultPorts[protocol] ? '' : `:${url.port}`;
  return ok({ url: text, shown: safe, normalised: `${host}${port}/${path}` });
}

function noPath(safe: string): string {
  return (
    `Unexpected remote "${safe}", expected an https or ssh address — a path or file:// remote would make git's ` +
    `receiving side a part of this process, and killing it would leave locks in the remote. Serve it instead.`
  );
}

/** `user@host:path` is ssh's short form. */
function asUrl(text: string): URL | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return URL.canParse(text) ? new URL(text) : undefined;
  const [, user, host, path] = /^(?:([^@/\s]+)@)?([^:/\s]+):(?!\/\/)(.+)$/.exec(text) ?? [];
  if (host === undefined || path === undefined || /^[A-Za-z]$/.test(host)) return undefined;
  const short = `ssh://${user === undefined ? '' : `${encodeURIComponent(user)}@`}${host}/${path.replace(/^\/+/, '')}`;
  return URL.canParse(short) ? new URL(short) : undefined;
}

/** Text that may hold addresses (git's own messages), made fit to show. */
export function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@]*@/gi, '$1');
}

/** The plan's id: its first 8 hex name run records, its first 6 the workflow. */
export function planIdOf(remote: Remote, branch: string, path: string): PlanId {
  const hash = createHash('sha256').update(`${remote.normalised}\0${branch}\0${path}`).digest('hex');
  return planId(hash.slice(0, 8));
}

/** `shop-tasks-1a2b3c`: repository, file name and the start of the id; for workflow ids and people. */
export function planNameOf(remote: Remote, path: string, id: PlanId): string {
  const word = (text: string): string => text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
  const repository = word(remote.normalised.split('/').at(-1) ?? '');
  const file = word((path.split('/').at(-1) ?? '').replace(/\.[^.]*$/, ''));
  return [repository, file, id.slice(0, 6)].filter((part) => part !== '').join('-');
}

/** May be a branch: git's own rules (`check-ref-format --branch`), without its shorthands. */
export function isBranchName(name: string): boolean {
  return !name.startsWith('-') && name !== 'HEAD' && isRefName(`refs/heads/${name}`);
}

/** A full ref name by the rules of `git check-ref-format`. */
export function isRefName(ref: string): boolean {
  if (!ref.startsWith('refs/') || ref.length > 400 || hasControl(ref)) return false;
  if (/[ ~^:?*[\\]|\.\.|@\{|\/\/|[/.]$/.test(ref)) return false;
  return ref.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

/** A path inside a tree that git can take literally. */
export function isTreePath(path: string): boolean {
  if (path === '' || path.startsWith('/') || path.endsWith('/') || hasControl(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
}

function hasControl(text: string): boolean {
  return /[\u0000-\u001f\u007f]/.test(text);
}
