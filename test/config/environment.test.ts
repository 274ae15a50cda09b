// Level: unit.
import { expect, test } from 'vitest';
import { inheritedVariables, isUnsafeVariable, readEnvironment } from '../../src/config/environment.ts';

test.each([
  ['nothing set', {}, 'auto'],
  ['NO_COLOR', { NO_COLOR: '1' }, 'never'],
  ['an empty NO_COLOR', { NO_COLOR: '' }, 'auto'],
  ['a dumb terminal', { TERM: 'dumb' }, 'never'],
  ['FORCE_COLOR', { FORCE_COLOR: '1' }, 'always'],
  ['NO_COLOR beside FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, 'never'],
])('colour with %s', (_name, variables, colour) => {
  expect(readEnvironment(variables).colour).toBe(colour);
});

test('a Temporal server is configured by its standard variables alone', () => {
  expect(readEnvironment({}).hasTemporalConfiguration).toBe(false);
  expect(readEnvironment({ TEMPORAL_ADDRESS: '' }).hasTemporalConfiguration).toBe(false);
  expect(readEnvironment({ TEMPORAL_ADDRESS: 'host:7233' }).hasTemporalConfiguration).toBe(true);
  expect(readEnvironment({ TEMPORAL_PROFILE: 'team' }).hasTemporalConfiguration).toBe(true);
});

test('programs inherit the usual variables, and nothing that steers git or Node', () => {
  const inherited = inheritedVariables({
    PATH: '/bin',
    HOME: '/h',
    LC_ALL: 'C',
    https_proxy: 'p',
    GIT_DIR: '/x',
    NODE_OPTIONS: '--inspect',
    TEMPORAL_API_KEY: 'k',
    SOME_SECRET: 's',
  });
  expect(Object.keys(inherited)).toEqual(['PATH', 'HOME', 'LC_ALL', 'https_proxy']);
});

test.each(['*', 'GIT_SSH_COMMAND', 'LD_PRELOAD', 'DYLD_INSERT_LIBRARIES', 'NODE_OPTIONS', 'TEMPORAL_API_KEY'])(
  '%s is never handed to an agent',
  (name) => expect(isUnsafeVariable(name)).toBe(true),
);
