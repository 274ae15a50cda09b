import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { errorResponse, PublicError } from '../src/errors.mjs';

const quiet = () => undefined;

test('an unexpected error tells the caller nothing about our code', () => {
  const { status, body } = errorResponse(new Error('select * from users failed'), quiet);
  assert.equal(status, 500);
  assert.ok(!JSON.stringify(body).match(/select|at |mjs/), `it leaks: ${JSON.stringify(body)}`);
});

test('an error meant for the caller keeps its words', () => {
  assert.deepEqual(errorResponse(new PublicError(409, 'name is taken'), quiet), {
    status: 409,
    body: { error: 'name is taken' },
  });
});

test('the log gets the whole story', () => {
  const lines = [];
  errorResponse(new Error('boom'), (line) => lines.push(line));
  assert.match(lines.join('\n'), /boom[^]*errors\.test/);
});
