// Requests of the Worker to a container as a backend.
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { backendsOf } from '../../src/edge/jobs/ports.ts';
import { parseBackendKeys, SIGNATURE_HEADER, verifyRequest } from '../../src/jobs/auth.ts';

const SECRET = 'a secret of enough';

it('a container gets the signed requests of its number, with their bodies', async () => {
  const asked: { name: string; request: Request; body: string }[] = [];
  const CPU_BACKEND = {
    getByName: (name: string) => ({
      async fetch(request: Request) {
        asked.push({ name, request, body: await request.text() });
        return Response.json({ models: [name] });
      },
    }),
  };
  const config = readConfig({
    GPU_BACKENDS: 'container:0,container:1',
    GPU_SECRET: SECRET,
    GPU_HEADERS: '{"container:1":{"of":"one"}}',
  });
  const [first, second] = backendsOf({ ...env, CPU_BACKEND }, config);
  const signal = AbortSignal.timeout(5000);
  expect(await first?.health(signal)).toEqual({ models: ['0'] });
  const bytes = new TextEncoder().encode('part');
  const part = { id: 'a', sha256: 'b'.repeat(64), at: 0, bytes: bytes.length };
  const answer = await second?.sendPart(
    part,
    async (writable) => {
      const writer = writable.getWriter();
      await writer.write(bytes);
      await writer.close();
    },
    signal,
  );
  expect(answer?.status).toBe(200);
  expect(asked.map(({ name, body }) => [name, body])).toEqual([
    ['0', ''],
    ['1', 'part'],
  ]);
  for (const { request } of asked) {
    const { pathname, search } = new URL(request.url);
    const header = request.headers.get(SIGNATURE_HEADER);
    const signed = { method: request.method, path: pathname + search, header };
    await verifyRequest(signed, { keys: parseBackendKeys(SECRET), now: Date.now() });
  }
  expect(asked.map(({ request }) => request.headers.get('of'))).toEqual([null, 'one']);
});
