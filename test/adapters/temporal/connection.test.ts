// Level: adapter.
import { describe, expect, inject, it } from 'vitest';
import { connect, serverOptions, ServerUnreachable } from '../../../src/adapters/temporal/connection.ts';

describe('the connection to a server', () => {
  it('takes address and namespace of the standard environment', () => {
    const options = serverOptions(undefined, {
      TEMPORAL_ADDRESS: 'temporal.example.org:7233',
      TEMPORAL_NAMESPACE: 'team',
    });
    expect(options).toMatchObject({ namespace: 'team', connection: { address: 'temporal.example.org:7233' } });
  });

  it('prefers a place that is known', () => {
    const place = { address: '127.0.0.1:1', namespace: 'default' };
    expect(serverOptions(place, { TEMPORAL_ADDRESS: 'elsewhere:7233' })).toMatchObject({
      connection: { address: '127.0.0.1:1' },
    });
  });

  it('opens a server that is there', async () => {
    const client = await connect(serverOptions({ address: inject('temporalAddress'), namespace: 'tests-1' }, {}));
    expect(client.options.namespace).toBe('tests-1');
    await client.connection.close();
  });

  it('says within a few seconds which server does not answer', async () => {
    const opened = connect(serverOptions({ address: '127.0.0.1:1', namespace: 'default' }, {}));
    const error = await opened.catch((failed: unknown) => failed);
    expect(error).toBeInstanceOf(ServerUnreachable);
    expect(String(error)).toMatch(/127\.0\.0\.1:1 does not answer .* check that it runs/);
  });

  it('says which namespace is missing and how to make it', async () => {
    const opened = connect(serverOptions({ address: inject('temporalAddress'), namespace: 'nobody' }, {}));
    await expect(opened).rejects.toThrow(/has no namespace "nobody": create it with/);
  });
});
