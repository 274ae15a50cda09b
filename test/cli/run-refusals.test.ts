// Level: end to end, one process (the built command against a served remote; no Temporal server).
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeRemote, type TestRemote } from '../support/git-remote.ts';
import { badPlan, type Ended, type Folder, goodPlan, makeFolder, stackTrace } from './run-tallyman.ts';

let folder: Folder;
let remote: TestRemote | undefined;
let silent: Server | undefined;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(async () => {
  await remote?.close();
  remote = undefined;
  silent?.close();
  silent = undefined;
  folder.remove();
});

const agentConfig = 'agent: me\nagents: { me: { command: [node, --version] } }\n';

/** A working copy of a served remote with these files; what `origin` says is refused or read. */
async function serve(files: Readonly<Record<string, string>>): Promise<TestRemote> {
  remote = await makeRemote({ files });
  folder.git('init', '--quiet', '-b', 'main');
  folder.git('remote', 'add', 'origin', remote.url);
  return remote;
}

/** Refused, in words, before anything was written to the remote and before any server was started. */
function expectRefusal(ended: Ended, text: RegExp, code = 3): void {
  expect(ended.stderr).toMatch(text);
  expect(ended).toMatchObject({ code });
  expect(ended.stderr).not.toMatch(stackTrace);
  expect(existsSync(join(folder.state, 'server'))).toBe(false);
}

test('outside a git repository', async () => {
  expectRefusal(await folder.run(['run']), /is in no git repository[^]*Change into your repository/);
});

test('a repository without a remote', async () => {
  folder.git('init', '--quiet');
  expectRefusal(await folder.run(['run']), /no remote named origin[^]*git remote add origin/);
});

test('a repository whose remote has another name', async () => {
  folder.git('init', '--quiet');
  folder.git('remote', 'add', 'upstream', 'https://example.com/x.git');
  expectRefusal(await folder.run(['run']), /It has upstream: set `plan: \{ remote/);
});

test.each([
  ['a path', '/srv/x.git', /path or file:\/\//],
  ['file://', 'file:///srv/x.git', /path or file:\/\//],
  ['another protocol', 'git://example.com/x.git', /expected https or ssh/],
  ['a command', 'ext::sh -c id', /would run another program/],
])('%s as a remote', async (_name, url, text) => {
  folder.git('init', '--quiet');
  folder.git('remote', 'add', 'origin', url);
  expectRefusal(await folder.run(['run']), text);
});

test('a password in the address of the remote is refused and not printed', async () => {
  folder.git('init', '--quiet');
  folder.git('remote', 'add', 'origin', 'https://me:hunter2secret@example.com/x.git');
  const ended = await folder.run(['run']);
  expectRefusal(ended, /holds a password or a token/);
  expect(ended.stderr + ended.stdout).not.toContain('hunter2secret');
});

test('a remote that refuses connections is said at once, with what to check', async () => {
  folder.git('init', '--quiet');
  folder.git('remote', 'add', 'origin', 'git://127.0.0.1:9/x.git');
  expectRefusal(await folder.run(['run']), /127\.0\.0\.1:9[^]*cannot be reached[^]*Check the address/);
});

test('a remote that never answers is said within ten seconds or so', async () => {
  silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent?.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  folder.git('init', '--quiet');
  folder.git('remote', 'add', 'origin', `git://127.0.0.1:${port}/x.git`);
  const began = performance.now();
  expectRefusal(await folder.run(['run']), /did not answer within 10 s[^]*Check the address/);
  expect(performance.now() - began).toBeLessThan(13_000);
});

test('no plan anywhere', async () => {
  await serve({ 'README.md': 'x' });
  expectRefusal(await folder.run(['run']), /There is no plan: docs\/tasks\.md is not on main/);
});

test('a plan only in the working copy', async () => {
  await serve({ 'README.md': 'x' });
  folder.write({ 'docs/tasks.md': goodPlan });
  expectRefusal(await folder.run(['run']), /only in your working copy[^]*git push origin HEAD:main/);
});

test("a plan that is edited here and not pushed is said, and the remote's counts", async () => {
  const { bare } = await serve({ 'docs/tasks.md': goodPlan });
  // By path: the server lives in this process, which a synchronous git would hold up.
  folder.git('fetch', '--quiet', bare, '+refs/heads/main:refs/remotes/origin/main');
  folder.git('checkout', '--quiet', '-B', 'main', 'origin/main');
  const quiet = await folder.run(['run']);
  expect(quiet.stderr).not.toContain('Note:');
  folder.write({ 'docs/tasks.md': goodPlan.replace('Paint it', 'Paint it red') });
  expectRefusal(await folder.run(['run']), /Note: docs\/tasks\.md has changes here .*\(uncommitted\)/);
  folder.git('commit', '--quiet', '-am', 'red');
  expectRefusal(await folder.run(['run']), /\(unpushed\).*git push origin main/);
});

test('a plan branch that the remote does not have', async () => {
  await serve({ 'docs/tasks.md': goodPlan });
  folder.write({ 'tallyman.config.yaml': 'plan: { branch: plans }' });
  expectRefusal(await folder.run(['run']), /has no branch plans/);
});

test('an empty remote', async () => {
  await serve({});
  expectRefusal(await folder.run(['run']), /is empty[^]*git push/);
});

test('an invalid plan: every problem, exit 2, nothing written', async () => {
  const served = await serve({ 'docs/tasks.md': badPlan });
  const before = served.tip('main');
  const ended = await folder.run(['run']);
  expectRefusal(
    ended,
    /docs\/tasks\.md:8:\d+ {2}unknown-dependency[^]*:9:\d+ {2}status-word[^]*nothing was written/,
    2,
  );
  expect(served.tip('main')).toBe(before);
});

test('an invalid config: exit 2', async () => {
  await serve({ 'docs/tasks.md': goodPlan });
  folder.write({ 'tallyman.config.yaml': 'concurency: 2' });
  expectRefusal(await folder.run(['run']), /did you mean `concurrency`\?/, 2);
});

test('an agent whose program is not there, before any row is claimed', async () => {
  const served = await serve({ 'docs/tasks.md': goodPlan });
  const before = served.tip('main');
  folder.write({ 'tallyman.config.yaml': 'agent: me\nagents: { me: { command: [no-such-agent-here] } }' });
  expectRefusal(await folder.run(['run']), /Agent "me": missing\. .*no-such-agent-here/);
  expect(served.tip('main')).toBe(before);
});

test('an agent whose program should be in the repository and is not, or may not be executed there', async () => {
  const served = await serve({ 'docs/tasks.md': goodPlan, 'agents/plain.sh': '#!/bin/sh\n' });
  const before = served.tip('main');
  folder.write({ 'tallyman.config.yaml': 'agent: me\nagents: { me: { command: [./nothere.sh] } }' });
  expectRefusal(await folder.run(['run']), /Agent "me": missing\. .*"\.\/nothere\.sh".* on main of .*absolute path/);
  folder.write({ 'tallyman.config.yaml': 'agent: me\nagents: { me: { command: [agents/plain.sh] } }' });
  expectRefusal(await folder.run(['run']), /Agent "me": not executable\. .*chmod=\+x agents\/plain\.sh/);
  expect(served.tip('main')).toBe(before);
});

test('an agent that a row names and nobody configured', async () => {
  const plan = goodPlan
    .replaceAll('| estimate |', '| agent |')
    .replaceAll('| 5K |', '| nobody |')
    .replace('| 10K |', '| me |');
  await serve({ 'docs/tasks.md': plan });
  folder.write({ 'tallyman.config.yaml': agentConfig });
  expectRefusal(await folder.run(['run']), /Agent "nobody": unknown\. Known are me/);
});

test('a base branch that is not there', async () => {
  await serve({ 'docs/tasks.md': goodPlan });
  folder.write({ 'tallyman.config.yaml': `${agentConfig}base: develop` });
  expectRefusal(await folder.run(['run']), /Base branch develop: not on git:/);
});

test('a prompt template with an unknown placeholder, and one that is missing', async () => {
  await serve({ 'docs/tasks.md': goodPlan, 'docs/prompt.md': 'Do {descripton}.' });
  folder.write({ 'tallyman.config.yaml': `${agentConfig}prompt: { template: docs/prompt.md }` });
  expectRefusal(await folder.run(['run']), /docs\/prompt\.md:1:4 {2}unknown-placeholder[^]*\{description\}/, 2);
  folder.write({ 'tallyman.config.yaml': `${agentConfig}prompt: { template: docs/other.md }` });
  expectRefusal(await folder.run(['run']), /prompt template docs\/other\.md is not on main/);
});

test('a Temporal address left in the environment that does not answer', async () => {
  await serve({ 'docs/tasks.md': goodPlan });
  folder.write({ 'tallyman.config.yaml': agentConfig });
  const ended = await folder.run(['run'], { env: { TEMPORAL_ADDRESS: '127.0.0.1:9' } });
  expectRefusal(ended, /Temporal server at 127\.0\.0\.1:9 does not answer[^]*TEMPORAL_ADDRESS/);
});

test('without a server, status shows the plan on the remote and steering is refused with the way out', async () => {
  await serve({ 'docs/tasks.md': goodPlan });
  const status = await folder.run(['status']);
  expect(status).toMatchObject({ code: 0 });
  expect(status.stdout).toMatch(/No Temporal server runs here[^]*0 of 3 tasks done/);
  expectRefusal(await folder.run(['pause']), /no run is under way here[^]*`tallyman run` starts one/);
});

test('retry without a server names the run that begins with it', async () => {
  await serve({ 'docs/tasks.md': goodPlan });
  expectRefusal(await folder.run(['retry', 'MS-SEC-001']), /`tallyman run --retry MS-SEC-001`/);
});

test('help is a command, and a missing argument shows the usage', async () => {
  expect(await folder.run(['help'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Exit codes:') as string,
  });
  expectRefusal(await folder.run(['why']), /missing required argument[^]*Usage: tallyman why <ID>/, 2);
});
