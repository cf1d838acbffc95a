// Fuzz targets that read texts of clients: URLs, plans, headers, bodies, configuration.
import { serverEvents } from '../../../src/client/server-events.ts';
import { readConfig } from '../../../src/config.ts';
import { effects } from '../../../src/effects/index.ts';
import { AppError } from '../../../src/errors.ts';
import { planRules } from '../../../src/http/catalogue/presets.ts';
import { readUpload } from '../../../src/http/transform/upload.ts';
import {
  readPath,
  readPlanText,
  readSourceText,
  readTransform,
} from '../../../src/http/transform/url.ts';
import { readJobLines } from '../../../src/jobs/run/lines.ts';
import { formatPlan, parsePlan } from '../../../src/plan/grammar.ts';
import { isSignature, parseSigningKeys } from '../../../src/signing.ts';
import { isAllowed, parseAllowList } from '../../../src/sources/allow-list.ts';
import { parseSourceUrl } from '../../../src/sources/source-url.ts';
import { canonicalEscapes, canonicalPath, splitTransformPath } from '../../../src/url-text.ts';
import { catalogExamples } from '../examples.ts';
import type { FuzzTarget } from './fuzz.ts';

const rules = planRules(readConfig({}), effects);
const utf8 = new TextEncoder();
const texts = (...list: string[]): Uint8Array[] => list.map((text) => utf8.encode(text));
/** The bytes as Latin-1 text, which a socket may bring. */
export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const urlTokens = [
  '/',
  '//',
  ',',
  '=',
  '~',
  '%',
  '%00',
  '%2F',
  '%2e%2e%2f',
  '%zz',
  '%25',
  '%C3%A4',
  '../..',
  '__proto__=1',
  'constructor=1',
  'w=0',
  'w=99999999999',
  'w=1e9',
  'w=0x10',
  'w=NaN',
  'w=-1',
  'f=json',
  'q=100',
  'p=x',
  'exp=1',
  's:',
  'asset:',
  'r2:',
  'b64:',
  'http://[::1]/',
  'https://user:pw@x/',
  'http://0x7f000001/',
  'https:\\\\x',
  '?',
  '#',
  '\u0000',
  '\r\n',
  'far=asset:a',
  'palette=auto',
  'ff0000~00ff00',
];

const allowList = parseAllowList(
  'https://*.example.com/pub,https://cdn.example/*/x,http://[::1]:8080',
);
const refusesAsApp = (error: unknown): boolean =>
  error instanceof AppError && error.code !== 'internal';

/** Targets of readers that need no services. */
export function textTargets(): FuzzTarget[] {
  const plans = catalogExamples(effects);
  const sources = [
    'https://images.example/a.jpg?x=1',
    'asset:chess.jpg',
    'b64:aHR0cHM6Ly94L3k',
    'https%3A%2F%2Fx%2Fy',
  ];
  const urls = plans.map((plan, i) => `/t/${plan}/${sources[i % sources.length]}`);
  return [
    {
      name: 'grammar',
      seeds: texts(...plans),
      tokens: urlTokens,
      refuses: refusesAsApp,
      run(input) {
        const plan = readPlanText(latin1(input), rules);
        const text = formatPlan(plan);
        const again = formatPlan(parsePlan(text.split('/'), effects));
        if (again !== text) throw new Error(`two canonical texts: ${text} and ${again}`);
      },
    },
    {
      name: 'transform URL',
      seeds: texts(...urls),
      tokens: urlTokens,
      refuses: refusesAsApp,
      run(input) {
        const url = urlOf(latin1(input));
        if (!url) return;
        checkCanonical(url);
        readTransform(readPath(url.href), rules, input.length % 2 ? 'https://images.example/' : '');
      },
    },
    {
      name: 'source',
      seeds: texts(...sources, 'https://a.example.com/pub/x.png', 'https://[2001:db8::1]:8443/y'),
      tokens: [...urlTokens, '..', '@', ':80', '127.1', '①②⑦.⓪.⓪.①', '::ffff:', 'xn--', '%2f'],
      refuses: refusesAsApp,
      run(input) {
        const text = Buffer.from(input).toString('utf8');
        const url = readSourceText(text, '');
        if (url.kind === 'url') isAllowed(allowList, url.url);
        isAllowed(allowList, parseSourceUrl(text, 'source'));
      },
    },
    {
      name: 'allow-list',
      seeds: texts('https://*.example.com/pub,http://127.0.0.1:8080/', 'https://a/*/b/'),
      tokens: [',', '*', '**', '/', ':', '@', '?', '%2f', '../..', 'http://', '[::1]'],
      // Wrong configuration is refused when the service starts.
      refuses: (error) => error instanceof Error && !(error instanceof TypeError),
      run: (input) =>
        isAllowed(parseAllowList(latin1(input)), new URL('https://a.example.com/pub/x')),
    },
    {
      name: 'signing keys',
      seeds: texts('736563726574:68656c6c6f', `${'ab'.repeat(32)}:${'cd'.repeat(32)},00:ff`),
      tokens: [',', ':', '::', 'zz', ' ', '\u0000', '0x'],
      refuses: (error) => error instanceof RangeError,
      async run(input) {
        const keys = parseSigningKeys(latin1(input));
        if (await isSignature('A'.repeat(43), 'text', keys)) throw new Error('a forged signature');
      },
    },
    multipart(),
    {
      name: 'job lines',
      seeds: texts(
        '{"type":"progress","step":3,"steps":10,"losses":{"total":0.5}}\n{"type":"heartbeat"}\n',
        '{"type":"error","code":"busy","message":"x","retryable":true,"seconds":1}\n',
      ),
      tokens: [
        '\n',
        '{',
        '}',
        '"type":',
        '"heartbeat"',
        '1e999',
        '-1',
        'null',
        '"seconds":',
        '\\u0000',
      ],
      refuses: (error) => error instanceof Error && /^it |encod/.test(error.message),
      run: (input) => drain(readJobLines(streamOf(input), { silenceMs: 1000, sleep })),
    },
    {
      name: 'server-sent events',
      seeds: texts('id: 1\nevent: state\ndata: {"a":1}\n\nid: 2\ndata: x\ndata: y\n\n'),
      tokens: ['\n', '\n\n', '\r\n', 'id:', 'data:', 'event:', ':', 'retry: 1', '\u0000'],
      refuses: (error) => error instanceof RangeError,
      run: (input) => drain(serverEvents(streamOf(input), (reader) => reader.read())),
    },
  ];
}

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms).unref());

/** The bytes in two parts. */
const streamOf = (input: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      const middle = input.length >> 1;
      controller.enqueue(input.subarray(0, middle));
      controller.enqueue(input.subarray(middle));
      controller.close();
    },
  });

async function drain(all: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of all);
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(`https://tessera.example${text.startsWith('/') ? '' : '/'}${text}`);
  } catch {
    return undefined;
  }
}

/** Checks that a canonical path stays canonical, also as a URL; otherwise one request would have two keys. */
function checkCanonical(url: URL): void {
  const { path, query } = canonicalPath(url);
  if (canonicalEscapes(path) !== path) throw new Error(`escapes that are not canonical: ${path}`);
  const again = canonicalPath(new URL(`https://tessera.example${path}${query}`));
  if (again.path !== path || again.query !== query) {
    throw new Error(`two canonical paths: ${path}${query} and ${again.path}${again.query}`);
  }
  splitTransformPath(url);
}

const BOUNDARY = 'boundary123';
const part = (name: string, more: string, body: string): string =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${body}\r\n`;

function multipart(): FuzzTarget {
  const file = '; filename="a.png"\r\nContent-Type: image/png';
  return {
    name: 'multipart',
    seeds: texts(
      `${part('image', file, 'PIXELS')}--${BOUNDARY}--\r\n`,
      `${part('image', file, 'PIXELS')}${part('far', file, 'MORE')}${part('plan', '', 'w=9')}--${BOUNDARY}--`,
    ),
    tokens: [
      `--${BOUNDARY}`,
      `--${BOUNDARY}--`,
      '\r\n',
      '\n',
      '\r\n\r\n',
      'name="image"',
      'name=""',
      "filename*=UTF-8''%00",
      'Content-Disposition: form-data',
      'Content-Transfer-Encoding: base64',
      '"',
      ';',
      '\u0000',
    ],
    refuses: (error) =>
      error instanceof AppError && ['bad_body', 'too_many_bytes'].includes(error.code),
    async run(input) {
      // Sometimes the type is odd too.
      const odd =
        input.length % 7 === 0 ? `; ${latin1(input.subarray(0, 40)).replace(/[^ -~]/g, '')}` : '';
      const parts = await readUpload(
        new Request('https://tessera.example/t/w=9', {
          method: 'POST',
          body: input as Uint8Array<ArrayBuffer>,
          headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}${odd}` },
        }),
        { maxBytes: 4096, timeoutMs: 5000, textParts: ['plan'] },
      );
      if (!parts.has('image') || parts.size > 8) throw new Error('parts that nobody may get');
    },
  };
}
