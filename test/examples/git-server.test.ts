// Level: process, the demo's git server with real git clients.
import { execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownFiles } from '../../src/own-files.ts';
import { makeRemote, plainEnvironment, type TestRemote } from '../support/git-remote.ts';

let remote: TestRemote;

beforeEach(async () => {
  remote = await makeRemote({ files: { 'a.txt': 'a\n' } });
});
afterEach(async () => remote.close());

/** Not synchronously: the server runs in this very process. */
async function git(directory: string, ...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)('git', args, { cwd: directory, env: plainEnvironment })).stdout;
}

/** What the server says to one raw request, and that it then hangs up. */
function ask(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(remote.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.end(request);
  });
}

const packet = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text;

/** Processes that serve this remote. */
function servants(): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(remote.bare);
    } catch {
      return false; // It has ended meanwhile.
    }
  });
}

describe('the git server', () => {
  it('serves clone and push, by protocol version 2 too', async () => {
    await git(remote.directory, 'clone', '--quiet', remote.url, 'cloned');
    const clone = join(remote.directory, 'cloned');
    await git(clone, 'commit', '--quiet', '--allow-empty', '-m', 'pushed');
    await git(clone, '-c', 'protocol.version=2', 'push', '--quiet', 'origin', 'HEAD:pushed');
    expect(remote.log('pushed').at(-1)?.subject).toBe('pushed');
  });

  it.each([
    ['a path that leaves the root', packet('git-upload-pack /../../etc\0host=x\0')],
    ['a folder that is no repository', packet('git-upload-pack /person\0host=x\0')],
    ['another service', packet('git-upload-archive /remote.git\0host=x\0')],
  ])('refuses %s in words', async (_name, request) => {
    expect(await ask(request)).toMatch(/^[0-9a-f]{4}ERR /);
  });

  it('hangs up on what is no request', async () => {
    expect(await ask('GET / HTTP/1.1\r\n\r\n')).toBe('');
  });

  it.runIf(process.platform === 'linux')('leaves no process behind a client that is killed', async () => {
    const client = spawn('git', ['clone', '--quiet', remote.url, join(remote.directory, 'killed')], {
      stdio: 'ignore',
    });
    await new Promise((resolve) => client.on('spawn', resolve));
    client.kill('SIGKILL');
    const half = connect(remote.port, '127.0.0.1');
    half.write(packet('git-receive-pack /remote.git\0host=x\0'));
    await new Promise((resolve) => half.once('data', resolve));
    expect(servants().length).toBeGreaterThan(0);
    half.destroy();
    for (let looks = 0; looks < 500 && servants().length > 0; looks += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(servants()).toEqual([]);
  });

  it('is a program too: says where it listens, takes the port that it is given, and ends on SIGTERM', async () => {
    const file = join(ownFiles.root, 'examples/demo/git-server.mjs');
    const start = async (...args: readonly string[]) => {
      const child = spawn(process.execPath, [file, '--root', remote.directory, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const line = await new Promise<string>((resolve) =>
        child.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString())),
      );
      return {
        url: line.trim(),
        stop: () =>
          new Promise((resolve) => {
            child.on('exit', resolve);
            child.kill('SIGTERM');
          }),
      };
    };
    const first = await start();
    const listed = await git(remote.directory, 'ls-remote', `${first.url}remote.git`, 'main');
    expect(listed).toContain('refs/heads/main');
    expect(await first.stop()).toBe(0);
    const again = await start('--reuse-port', new URL(first.url).port);
    expect(again.url).toBe(first.url);
    await again.stop();
  });
});
