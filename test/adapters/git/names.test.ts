// Level: unit.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isBranchName,
  isRefName,
  isTreePath,
  parseRemote,
  planIdOf,
  planNameOf,
  withoutCredentials,
  type Remote,
} from '../../../src/adapters/git/names.ts';

function remote(text: string): Remote {
  const parsed = parseRemote(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

describe('parseRemote', () => {
  it.each([
    ['https with .git', 'https://github.com/acme/shop.git', 'github.com/acme/shop'],
    ['https with a user and token', 'https://bot:s3cret@GitHub.com/acme/shop', 'github.com/acme/shop'],
    ['ssh', 'ssh://git@github.com/acme/shop.git', 'github.com/acme/shop'],
    ['ssh with its own port', 'ssh://git@github.com:22/acme/shop.git', 'github.com/acme/shop'],
    ["ssh's short form", 'git@github.com:acme/shop.git', 'github.com/acme/shop'],
    ['another port is another server', 'https://github.com:8443/acme/shop', 'github.com:8443/acme/shop'],
    ['git:// to this machine', 'git://127.0.0.1:9500/remote.git', '127.0.0.1:9500/remote'],
    ['git:// to this machine over IPv6', 'git://[::1]:9500/remote.git', '[::1]:9500/remote'],
  ])('knows the same repository however it is reached: %s', (_name, text, normalised) => {
    expect(remote(text).normalised).toBe(normalised);
  });

  it.each([
    ['a path', '/srv/git/shop.git', /path or file:\/\/ remote/],
    ['a relative path', '../shop.git', /path or file:\/\/ remote/],
    ['a file address', 'file:///srv/git/shop.git', /path or file:\/\/ remote/],
    ['a Windows path', 'C:\\git\\shop', /path or file:\/\/ remote/],
    ['a program', 'ext::sh -c whoami', /would run another program/],
    ['an option', '--upload-pack=touch /tmp/x', /begins with a dash/],
    ['an option as host', 'ssh://-oProxyCommand=x/shop', /host name/],
    ['git:// to elsewhere', 'git://example.org/shop.git', /git\.protocols/],
    ['http to elsewhere', 'http://example.org/shop.git', /git\.protocols/],
    ['no repository', 'https://github.com/', /path of a repository/],
    ['nothing', '', /expected an https or ssh address/],
    ['a line break', 'https://github.com/a\nb', /expected an https or ssh address/],
  ])('refuses %s with the reason', (_name, text, reason) => {
    const parsed = parseRemote(text);
    expect(parsed.ok ? 'accepted' : parsed.error).toMatch(reason);
  });

  it('takes a protocol that the config allows', () => {
    expect(parseRemote('git://example.org/shop.git', ['git']).ok).toBe(true);
  });

  it('shows no credentials, not even in a refusal', () => {
    expect(remote('https://bot:s3cret@github.com/acme/shop').shown).toBe('https://github.com/acme/shop');
    expect(JSON.stringify(parseRemote('ftp://bot:s3cret@example.org/shop'))).not.toContain('s3cret');
    expect(withoutCredentials("fatal: unable to access 'https://a:b@c.d/e'")).toBe(
      "fatal: unable to access 'https://c.d/e'",
    );
  });
});

describe('plan ids', () => {
  it('are the same over https and ssh, and differ by branch and path', () => {
    const https = remote('https://github.com/acme/shop.git');
    const ssh = remote('git@github.com:acme/shop.git');
    const id = planIdOf(https, 'main', 'docs/tasks.md');
    expect(planIdOf(ssh, 'main', 'docs/tasks.md')).toBe(id);
    expect(planIdOf(ssh, 'dev', 'docs/tasks.md')).not.toBe(id);
    expect(planIdOf(ssh, 'main', 'tasks.md')).not.toBe(id);
    expect(planNameOf(https, 'docs/tasks.md', id)).toBe(`shop-tasks-${id.slice(0, 6)}`);
  });
});

describe('refs and paths', () => {
  it('agrees with git about what may be a branch', () => {
    const part = fc.constantFrom('a', 'B1', '-', '.', '..', '@', '{', '~', ' ', '/', '*', '.lock', '\\', ':', 'ü');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const name = `x${parts.join('')}`;
        expect(isRefName(`refs/heads/${name}`)).toBe(gitAccepts(`refs/heads/${name}`));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what git would take for an option or a shorthand', () => {
    expect(isBranchName('--orphan=x')).toBe(false);
    expect(isBranchName('HEAD')).toBe(false);
    expect(isBranchName('feature/MS-SEC-001')).toBe(true);
  });

  it('takes no path that leaves the tree or enters .git', () => {
    expect(['docs/tasks.md', 'a b.md', 'ü.md'].every(isTreePath)).toBe(true);
    expect(['', '/a', 'a/', 'a//b', '../a', 'a/./b', '.git/config', 'a/.GIT/x', 'a\0b'].some(isTreePath)).toBe(false);
  });
});

function gitAccepts(ref: string): boolean {
  try {
    execFileSync('git', ['check-ref-format', ref], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // Exit 1 is its way of saying no.
  }
}
