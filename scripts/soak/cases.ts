// The soak's requests: valid ones, whose answers are compared with the first answer, hostile files, and misbehaving servers.
import type { CorpusFile } from '../../test/hostile/corpus/corpus.ts';
import { idOf } from '../../test/hostile/fuzz/try-file.ts';
import { isAllowed, outcomeOf } from '../../test/hostile/judge-answer.ts';

export type Answer = { status: number; headers: Headers; body: Uint8Array };

export type SoakCase = {
  /** The name in the report. */
  name: string;
  path: string;
  init?: RequestInit;
  /** How often it is sent, relative to the others. */
  weight: number;
  /** The outcome: `right`, an expected error code, or a text that begins with `WRONG`. */
  judge: (answer: Answer) => string;
  /** Whether it needs the source server. */
  remote?: boolean;
};

/** The soak's sources: valid pictures by name. */
export type SoundFiles = Readonly<Record<string, Uint8Array>>;

/** Error codes that load and restarts may cause for any request. */
const anytime = ['busy'];
const withoutServer = ['source_unreachable', 'source_timeout'];

const plans = [
  'w=64,f=png',
  'w=40,h=30,fit=cover/f=webp',
  'w=48/pixelate,block=6,palette=pico8,dither=bayer4/f=png',
  'w=32,f=jpeg,q=70',
  'w=48/blur=3,rotate=90/f=webp',
  'w=24,f=avif',
  'w=24,f=json',
  'w=32,f=blurhash',
];

function codeOf({ status, headers }: Answer): string {
  const code = headers.get('x-error');
  if (code === null) return `WRONG: status ${status} without a code`;
  if (status >= 500 && status !== 502 && status !== 503 && status !== 504 && status !== 508) {
    return `WRONG: status ${status}, ${code}`;
  }
  if (status === 429 && !(Number(headers.get('retry-after')) >= 1)) {
    return 'WRONG: busy without Retry-After';
  }
  return code;
}

function expectCodes(answer: Answer, codes: readonly string[], remote: boolean): string {
  const code = codeOf(answer);
  if (code.startsWith('WRONG')) return code;
  const allowed = [...codes, ...anytime, ...(remote ? withoutServer : [])];
  return allowed.includes(code) ? code : `WRONG: ${code} where ${codes.join(' or ')} is right`;
}

/** Compares an answer with the first one for the same request, which was made without other load. */
function sameAsFirst(remote: boolean): SoakCase['judge'] {
  let first: Buffer | undefined;
  return (answer) => {
    if (answer.status !== 200) return expectCodes(answer, [], remote);
    const body = Buffer.from(answer.body);
    first ??= body;
    return body.equals(first)
      ? 'right'
      : `WRONG: ${body.length} bytes that differ from the first answer`;
  };
}

const upload = (body: Uint8Array): RequestInit => ({
  method: 'POST',
  body: body as Uint8Array<ArrayBuffer>,
  headers: { 'Content-Type': 'image/x' },
});

/** Valid requests; each is sent once before the soak begins. */
export function soundCases(origin: string, files: SoundFiles): SoakCase[] {
  return Object.entries(files).flatMap(([name, bytes]) =>
    plans.flatMap((plan): SoakCase[] => {
      const { f } = { f: /f=(\w+)/.exec(plan)?.[1] };
      const what = `${name} to ${f}`;
      return [
        {
          name: `valid upload, ${what}`,
          path: `/t/${plan}`,
          init: upload(bytes),
          weight: 2,
          judge: sameAsFirst(false),
        },
        {
          name: `valid source, ${what}`,
          path: `/t/${plan}/${origin}/file/${name}`,
          weight: 2,
          judge: sameAsFirst(true),
          remote: true,
        },
      ];
    }),
  );
}

/** All hostile files, uploaded and fetched. */
export function fileCases(origin: string, corpus: readonly CorpusFile[]): SoakCase[] {
  return corpus.flatMap((file): SoakCase[] => {
    const judge =
      (remote: boolean): SoakCase['judge'] =>
      (answer) => {
        const outcome = outcomeOf(file, answer);
        if (isAllowed(file, outcome)) return outcome;
        return expectCodes(answer, file.may, remote);
      };
    const name = `hostile file, ${file.group}`;
    const path = `/t/w=64,f=png/${origin}/file/${idOf(file)}`;
    return [
      {
        name: `${name}, uploaded`,
        path: '/t/w=64,f=png',
        init: upload(file.make()),
        weight: 1,
        judge: judge(false),
      },
      { name: `${name}, fetched`, path, weight: 1, judge: judge(true), remote: true },
    ];
  });
}

const behaviours: Record<string, readonly string[]> = {
  'slow/200': [],
  silent: [],
  stalled: [],
  more: [],
  less: ['undecodable'],
  endless: ['too_many_bytes'],
  large: ['too_many_bytes'],
  closed: [],
  reset: [],
  garbage: [],
  gzip: ['too_many_bytes'],
  'status/404': ['source_missing'],
  'status/500': [],
  'status/204': [],
  loop: ['too_many_redirects'],
  'chain/9': ['too_many_redirects'],
  'redirect?http://10.0.0.1/': ['redirect_forbidden'],
  'redirect?http://127.0.0.1:1/': ['redirect_forbidden'],
};
const wellBehaved = ['picture/a', 'chain/2', 'gzip-picture', 'redirect?/picture/b'];

/** Sources that misbehave, and some that are unusual but valid. */
export function sourceCases(origin: string): SoakCase[] {
  const bad = Object.entries(behaviours).map(
    ([path, codes]): SoakCase => ({
      name: `source, ${path.split(/[/?]/)[0]}`,
      path: `/t/w=32,f=png/b64:${Buffer.from(`${origin}/${path}`).toString('base64url')}`,
      weight: 2,
      judge: (answer) =>
        answer.status === 200 ? 'WRONG: a picture' : expectCodes(answer, codes, true),
      remote: true,
    }),
  );
  const good = wellBehaved.map(
    (path): SoakCase => ({
      name: `source, ${path.split(/[/?]/)[0]}`,
      path: `/t/w=32,f=png/b64:${Buffer.from(`${origin}/${path}`).toString('base64url')}`,
      weight: 3,
      judge: sameAsFirst(true),
      remote: true,
    }),
  );
  return [...bad, ...good];
}

/** Requests that must be refused, and routes that must always answer. */
export function requestCases(): SoakCase[] {
  const refused: Record<string, readonly string[]> = {
    '/t/w=0,f=png/asset:chess.jpg': ['bad_option'],
    '/t/nothing,x=1/asset:chess.jpg': ['unknown_effect'],
    '/t/w=8/http://169.254.169.254/': ['source_forbidden'],
    '/t/w=8/file:///etc/passwd': ['bad_source'],
    '/t/w=8/asset:nothing.jpg': ['source_missing'],
    '/t/w=64/hybrid,far=asset:bust.jpg,steps=100000/asset:chess.jpg': [
      'over_budget',
      'backend_unavailable',
    ],
    '/v1/jobs/nothing': ['job_missing'],
    [`/t/${'w=8/'.repeat(4500)}asset:chess.jpg`]: ['uri_too_long', 'bad_url'],
  };
  return [
    ...Object.entries(refused).map(
      ([path, codes]): SoakCase => ({
        name: `refused, ${codes[0]}`,
        path,
        weight: 1,
        judge: (answer) => expectCodes(answer, codes, false),
      }),
    ),
    ...['/health', '/metrics', '/v1/effects'].map(
      (path): SoakCase => ({
        name: path,
        path,
        weight: 4,
        judge: ({ status }) => (status === 200 ? 'right' : `WRONG: status ${status}`),
      }),
    ),
    {
      name: 'upload, 10,000 parts',
      path: '/t/w=8',
      init: {
        method: 'POST',
        headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
        body: `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n`.repeat(10_000),
      },
      weight: 2,
      judge: (answer) => expectCodes(answer, ['bad_body'], false),
    },
    {
      name: 'upload over the limit',
      path: '/t/w=8',
      init: upload(new Uint8Array(5 * 2 ** 20)),
      weight: 1,
      judge: (answer) => expectCodes(answer, ['too_many_bytes'], false),
    },
  ];
}
