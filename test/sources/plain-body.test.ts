import { deflateSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { plainBody } from '../../src/sources/plain-body.ts';

const text = 'a picture, for instance';
const bytes = new TextEncoder().encode(text);

/** A response whose body comes byte by byte, so that its beginning is spread over chunks. */
function respond(body: Uint8Array, coding: string): Response {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of body) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  return new Response(stream, {
    headers: { 'Content-Encoding': coding, 'Content-Length': String(body.length) },
  });
}

it.each([
  ['x-gzip', gzipSync(bytes)],
  ['X-GZIP', gzipSync(bytes)],
  ['deflate', deflateSync(bytes)],
  // Some platforms decode the body and keep the header.
  ['x-gzip', bytes],
  ['deflate', bytes],
] as const)('a body with the coding %s is read', async (coding, body) => {
  const plain = await plainBody(respond(new Uint8Array(body), coding));
  expect(await new Response(plain.body).text()).toBe(text);
  expect(plain.contentLength).toBeNull();
});

it('another body is left as it is, with its length', async () => {
  const response = respond(bytes, 'identity');
  const plain = await plainBody(response);
  expect(plain.body).toBe(response.body);
  expect(plain.contentLength).toBe(String(bytes.length));
});

it.each([0, 1])('a body of %i bytes is no mistake', async (length) => {
  const plain = await plainBody(respond(bytes.subarray(0, length), 'deflate'));
  expect((await new Response(plain.body).bytes()).length).toBe(length);
});

it('a broken body fails when it is read', async () => {
  const cut = gzipSync(bytes).subarray(0, 20);
  const plain = await plainBody(respond(new Uint8Array(cut), 'x-gzip'));
  await expect(new Response(plain.body).bytes()).rejects.toThrow();
});
