// The instance that is examined: requests with time limits, signed as it needs.
import { createHash } from 'node:crypto';
import { signUrl } from '../../src/client/sign-url.ts';
import { requestText, SIGNATURE_HEADER, type SigningKey, signText } from '../../src/signing.ts';

/** A whole answer, read within the limits. */
export type Answer = {
  status: number;
  headers: Headers;
  body: Uint8Array;
  /** The code of an error of Tessera (`X-Error`); empty if there is none. */
  code: string;
  ms: number;
};

export type Instance = {
  origin: string;
  /** True for a loopback address: such an instance may lack keys and use http. */
  local: boolean;
  key: SigningKey | undefined;
  /** Path of a transform URL of the plan that was chosen (`--plan`), with further segments in front; not signed. */
  pathOf: (...segments: string[]) => string;
  /** Asks for a path as it is. Throws `Error` if there is no whole answer in time. */
  ask: (path: string, init?: RequestInit) => Promise<Answer>;
  /** A transform path, signed if there is a key. */
  sign: (path: string, expires?: number) => Promise<string>;
  /** Headers that sign a request with this body; empty without a key. */
  headersFor: (method: string, path: string, body: string) => Promise<Record<string, string>>;
};

export type InstanceOptions = {
  key: SigningKey | undefined;
  /** Segments that the instance allows. */
  plan: string;
  /** Longest time for one answer, in milliseconds. */
  timeoutMs: number;
};

/** Largest answer that is read, in bytes. */
const MAX_BYTES = 2 ** 24;

/** A sample picture that every instance has. */
const SOURCE = 'asset:chess.jpg';

/** The instance at `url`, of which the origin counts. Throws `TypeError` if it is no URL. */
export function openInstance(url: string, { key, plan, timeoutMs }: InstanceOptions): Instance {
  const { origin, hostname } = new URL(url);
  return {
    origin,
    local: /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname),
    key,
    pathOf: (...segments) => `/t/${[...segments, plan, SOURCE].join('/')}`,
    async ask(path, init = {}) {
      const began = performance.now();
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(`${origin}${path}`, { redirect: 'manual', signal, ...init });
      const body = await readAll(response);
      const { status, headers } = response;
      const code = headers.get('x-error') ?? '';
      return { status, headers, body, code, ms: Math.round(performance.now() - began) };
    },
    async sign(path, expires) {
      if (!key) return path;
      const { pathname, search } = await signUrl(new URL(path, origin), { key, expires });
      return pathname + search;
    },
    async headersFor(method, path, body) {
      if (!key) return {};
      const digest = createHash('sha256').update(body).digest('hex');
      return { [SIGNATURE_HEADER]: await signText(requestText({ method, path, digest }), key) };
    },
  };
}

async function readAll({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Error(`the answer has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The JSON of an answer; an empty object if it is none. */
export function jsonOf({ body }: Answer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
