// The client library: builds and signs transform URLs, submits and follows jobs, in browsers, Node and Workers.
import { messageOf, paramError } from '../errors.ts';
import { parseSigningKeys } from '../signing.ts';
import { createJobClient, type JobClient } from './job-client.ts';
import { originOf } from './origin.ts';
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
  /** Attributes, as `srcset` and `picture` make them, with every transform URL in them signed. For servers, because it needs keys. Throws as `sign`. */
  signAll: <Attributes>(
    attributes: Attributes,
    options?: { expires?: Expiry | undefined },
  ) => Promise<Attributes>;
  jobs: JobClient;
};

const TIMEOUT_MS = 30_000;

/** A client of one service. Throws RangeError for malformed keys or a malformed origin. */
export function createClient(options: ClientOptions): Client {
  const origin = originOf(options.origin);
  const [key] = readKeys(options.keys);
  const sign: Client['sign'] = async (url, { expires } = {}) => {
    if (!key) {
      const expected = '<key>:<salt> to sign with';
      throw paramError({ code: 'bad_signature', param: 'keys', expected, got: 'none' });
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
    from: (source) => planBuilder<false>(source, urls),
    upload: () => planBuilder<true>(undefined, urls),
    sign,
    async signAll(attributes, options) {
      // Neither JSON nor `srcset` puts anything but quotes and spaces around a URL, which has none.
      const parts = JSON.stringify(attributes).split(/([\s"]+)/);
      const isOurs = (part: string): boolean => part.startsWith(`${origin}/t/`);
      const signed = parts.map((part) => (isOurs(part) ? sign(part, options) : part));
      return JSON.parse((await Promise.all(signed)).join(''));
    },
    jobs: createJobClient(ports, key),
  };
}

function readKeys(keys = ''): ReturnType<typeof parseSigningKeys> {
  try {
    return parseSigningKeys(keys);
  } catch (error) {
    throw new RangeError(`keys: ${messageOf(error)}`, { cause: error });
  }
}
