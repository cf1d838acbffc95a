// The client library: builds and signs transform URLs, submits and follows jobs, in browsers, Node and Workers.
import { AppError } from '../errors.ts';
import { parseSigningKeys } from '../signing.ts';
import { createJobClient, type JobClient } from './job-client.ts';
import { type PlanBuilder, planBuilder } from './plan-builder.ts';
import type { Fetch } from './request.ts';
import { type Expiry, signUrl } from './sign-url.ts';

export type ClientOptions = {
  /** Scheme, host and port of the service. */
  origin: string | URL;
  /** As in `SIGNING_KEYS`, `<key>:<salt>` in hexadecimal digits; the first pair signs. Never ship them to a browser: anyone who has them can sign. */
  keys?: string | undefined;
  /** Replaces the global `fetch`, for instance with a service binding's. */
  fetch?: Fetch;
  /** Timeout of a request in milliseconds; 30,000 unless given. */
  timeoutMs?: number;
};

export type Client = {
  /** The plan for a picture: `https://…`, `asset:<name>`, `r2:<key>`, or a path under the source base. Throws `bad_source`. */
  from: (source: string | URL) => PlanBuilder<false>;
  /** The plan for a picture that is uploaded with the request. */
  upload: () => PlanBuilder<true>;
  /** A transform URL, or its path, with its signature. Throws `bad_signature` without keys, `bad_url`, `bad_option`. */
  sign: (url: string | URL, options?: { expires?: Expiry | undefined }) => Promise<string>;
  jobs: JobClient;
};

const TIMEOUT_MS = 30_000;

/** A client of one service. Throws RangeError for malformed keys or a malformed origin. */
export function createClient(options: ClientOptions): Client {
  const origin = originOf(options.origin);
  const [key] = readKeys(options.keys);
  const sign: Client['sign'] = async (url, { expires } = {}) => {
    if (!key) {
      throw new AppError('bad_signature', 'keys: expected <key>:<salt> to sign with, got none');
    }
    return (await signUrl(new URL(url, origin), { key, expires })).href;
  };
  const urls = { origin, sign };
  const ports = {
    origin,
    fetch: options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init)),
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
  };
  return {
    from: (source) => planBuilder(source, urls),
    upload: () => planBuilder(undefined, urls),
    sign,
    jobs: createJobClient(ports, key),
  };
}

function originOf(origin: string | URL): string {
  const text = String(origin);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '') {
    return url.origin;
  }
  throw new RangeError(
    `origin: expected https://<host>, got ${JSON.stringify(text.slice(0, 100))}`,
  );
}

function readKeys(keys = ''): ReturnType<typeof parseSigningKeys> {
  try {
    return parseSigningKeys(keys);
  } catch (error) {
    throw new RangeError(`keys: ${(error as Error).message}`, { cause: error });
  }
}
