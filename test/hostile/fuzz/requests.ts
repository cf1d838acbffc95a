// Fuzz targets of whole requests: headers, job bodies and paths, with the service in this process.
import type { Codecs } from '../../../src/codecs/codec.ts';
import { statusOfCode } from '../../../src/errors.ts';
import { PICTURES } from '../../helpers/services/in-memory-service.ts';
import { createJobTestService } from '../../helpers/services/job-service.ts';
import type { FuzzTarget } from './fuzz.ts';
import { latin1 } from './texts.ts';

const utf8 = new TextEncoder();
const seedsOf = (...list: string[]): Uint8Array[] => list.map((text) => utf8.encode(text));
const never = (): boolean => false;

/** Headers that the service reads, each with valid values. */
const headers: Record<string, readonly string[]> = {
  Accept: ['image/avif,image/webp;q=0.8,*/*;q=0.1', 'image/png', 'image/*;q=0'],
  'If-None-Match': ['W/"0123456789abcdef0123456789abcdef"', '"a", W/"b"', '*'],
  Range: ['bytes=0-99', 'bytes=-5', 'bytes=0-1,3-4'],
  'Last-Event-ID': ['0', '17'],
  Prefer: ['wait=0', 'respond-async, wait="0"; foo'],
  Via: ['1.1 proxy', 'HTTP/2 a (comment), 1.1 b'],
  Authorization: ['Bearer abc'],
  'X-Signature': ['A'.repeat(43)],
  'Content-Type': ['application/json', 'multipart/form-data; boundary=x'],
};

const tokens = [
  '*',
  ',',
  ';',
  'q=',
  '=',
  '"',
  'W/',
  '/',
  '-',
  '0',
  '999999999999999999',
  '\t',
  '(',
  ')',
  'bytes',
  'wait',
];
const urlTokens = [
  '/',
  '?',
  '&',
  '%',
  '%2F',
  '../..',
  's:',
  'source=',
  'asset:',
  'f=json',
  'w=4',
  '#',
];

/** Targets of the application, with small pictures. */
export async function requestTargets(codecs: Codecs): Promise<FuzzTarget[]> {
  const service = await createJobTestService(codecs, {
    vars: {
      EDGE_BUDGET_MS: '60',
      MAX_RESULT_PIXELS: '2000',
      ALLOWED_SOURCES: PICTURES,
      RATE_LIMIT: 'off',
    },
  });
  const source = `${PICTURES}content.png`;
  const plan = `w=16/style,engine=vgg19,style=b64:${Buffer.from(`${PICTURES}style.png`).toString('base64url')}`;
  const submit = await service.ask('/v1/jobs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ plan, source }),
  });
  const { id } = (await submit.json()) as { id: string };
  await service.ask(`/t/w=4,f=png/${source}`);
  const places = [
    `/t/w=4,f=png/${source}`,
    `/v1/jobs/${id}`,
    `/v1/jobs/${id}/events`,
    '/v1/effects',
    `/v1/jobs/${id}/result`,
  ];

  const headerTargets = Object.entries(headers).map(
    ([name, values]): FuzzTarget => ({
      name: `header ${name}`,
      seeds: seedsOf(...values),
      tokens,
      maxBytes: 4000,
      refuses: never,
      async run(input) {
        const value = latin1(input)
          .replace(/[^\t -~\x80-\xff]/g, '')
          .trim();
        for (const place of places) await ask(place, { headers: { [name]: value } });
      },
    }),
  );
  return [
    ...headerTargets,
    {
      name: 'job body',
      seeds: seedsOf(JSON.stringify({ plan, source }), JSON.stringify({ plan: 'w=4', source })),
      tokens: [
        '{',
        '}',
        '[',
        ']',
        '"',
        ':',
        ',',
        '\\u0000',
        '\\ud800',
        'null',
        '1e999',
        '"__proto__":',
        '"plan":',
        '"source":',
        '[[[[',
      ],
      refuses: never,
      run: (input) =>
        ask('/v1/jobs', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: input as Uint8Array<ArrayBuffer>,
        }),
    },
    {
      name: 'request path',
      seeds: seedsOf(...places, '/v1/cache?source=asset:a', '/metrics', '/openapi.json'),
      tokens: urlTokens,
      maxBytes: 4000,
      refuses: never,
      async run(input) {
        const path = `/${latin1(input).replace(/^\/+/, '')}`;
        if (!URL.canParse(`https://tessera.example${path}`)) return;
        for (const method of ['GET', 'DELETE']) await ask(path, { method });
      },
    },
  ];

  /** Sends a request and accepts any documented answer. */
  async function ask(path: string, init: RequestInit): Promise<void> {
    const response = await service.ask(path, { ...init, signal: AbortSignal.timeout(5000) });
    const { status } = response;
    if (!path.endsWith('/events')) await response.arrayBuffer();
    else await response.body?.cancel();
    const code = response.headers.get('x-error');
    if (
      status === 500 ||
      (code !== null && !(code in statusOfCode)) ||
      (status >= 400 && code === null)
    ) {
      const logged = service.lines.filter((line) => line.event === 'internal_error').at(-1);
      throw new Error(`status ${status}, code ${code}: ${logged?.message} ${logged?.stack}`);
    }
    service.lines.length = 0;
  }
}
