// Fakes for tests of the source reader: answers by address, and bodies that record their end.
import { parseAllowList } from '../../src/sources/allow-list.ts';
import { createSourceReader, type SourceRules } from '../../src/sources/fetch-source.ts';
import type { Source } from '../../src/sources/source.ts';

export type Answer = (request: Request) => Response | Promise<Response>;

export const url = (text: string): Source => ({ kind: 'url', url: new URL(text) });
export const ok = (text = 'picture', headers: Record<string, string> = {}) =>
  new Response(text, { headers });
export const redirect = (location: string, status = 302) =>
  new Response('moved', { status, headers: { location } });

/** A body that sends `chunks`, then stays silent, and records its cancellation. */
export function body(chunks: string[]) {
  const log = { cancelled: 0 };
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
    },
    cancel() {
      log.cancelled++;
      return new Promise(() => {});
    },
  });
  return { stream, log };
}

export function setUp(
  answers: Record<string, Answer>,
  rules: Partial<Omit<SourceRules, 'allowed'>> & { allowed?: string } = {},
) {
  const requests: Request[] = [];
  const reader = createSourceReader(
    {
      async fetch(request) {
        requests.push(request);
        const answer = answers[request.url];
        if (!answer) throw new TypeError(`getaddrinfo ENOTFOUND ${request.url}`);
        return answer(request);
      },
      async asset(name) {
        return name === 'cat.jpg' ? ok('cat', { etag: '"cat"' }) : undefined;
      },
    },
    {
      allowPrivate: false,
      maxBytes: 100,
      timeoutMs: 1000,
      ...rules,
      allowed: parseAllowList(rules.allowed ?? 'https://a.example, https://b.example/pub'),
    },
  );
  return { reader, requests, urls: () => requests.map((request) => request.url) };
}

export async function text(
  reader: ReturnType<typeof setUp>['reader'],
  source: Source,
): Promise<string> {
  const open = await reader.open(source);
  return new TextDecoder().decode(await open.read());
}
