import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import worker from '../../src/edge/worker.ts';

describe('the client in a Worker', () => {
  it('builds and signs URLs, and fetches through a binding', async () => {
    const client = createClient({
      origin: 'https://tessera.example',
      keys: '736563726574:68656C6C6F',
      async fetch(url, init) {
        const context = createExecutionContext();
        const response = await worker.fetch(new Request(url, init), env, context);
        await waitOnExecutionContext(context);
        return response;
      },
    });
    const plan = client.from('asset:zoneplate.png').options({ w: 16, f: 'png' });
    const signed = await plan.signedUrl();
    expect(signed).toBe(
      'https://tessera.example/t/s:UgwyRvVneIHN5msWsznEJGhqT6MuK_9CtKSKD7nxVLE/w=16,f=png/asset:zoneplate.png',
    );
    await expect(client.jobs.state('a'.repeat(52))).rejects.toMatchObject({ code: 'job_missing' });
  });
});
