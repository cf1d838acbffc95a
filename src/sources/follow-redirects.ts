// Fetches an address and follows its redirects, checking every hop against the same rules.
import { AppError, type ErrorCode, paramError } from '../errors.ts';
import { classifyHost } from './address.ts';
import { type AllowList, isAllowed } from './allow-list.ts';
import { type Download, discard, unreachable } from './download.ts';

export type AddressRules = {
  allowed: AllowList;
  /** Allows loopback and private addresses that are on the allow-list. */
  allowPrivate: boolean;
};

const maxRedirects = 3;
const redirectStatuses = [301, 302, 303, 307, 308];

/**
 * The first response that is not a redirect. Throws `AppError` `source_forbidden`,
 * `redirect_forbidden`, `too_many_redirects`, `source_unreachable` or `source_timeout`.
 */
export async function followRedirects(
  fetch: (request: Request) => Promise<Response>,
  start: URL,
  {
    rules,
    download,
    ...headers
  }: { rules: AddressRules; download: Download; known?: string | undefined; renew?: boolean },
): Promise<Response> {
  const visited = new Set<string>();
  let url = start;
  for (let hop = 0; ; hop++) {
    checkRules(url, rules, hop === 0 ? 'source_forbidden' : 'redirect_forbidden');
    visited.add(url.href);
    const target = url;
    const response = await ask(fetch, (signal) => createRequest(target, signal, headers), download);
    if (!redirectStatuses.includes(response.status)) return response;
    discard(response.body);
    url = redirectTarget(response.headers.get('location'), target);
    if (hop === maxRedirects || visited.has(url.href)) {
      throw paramError({
        code: 'too_many_redirects',
        param: 'source',
        expected: `at most ${maxRedirects} redirects and no loop`,
        got: 'more',
      });
    }
  }
}

// Retries once if no response came at all: the platform may have reused a connection that the source was just closing.
async function ask(
  fetch: (request: Request) => Promise<Response>,
  request: (signal: AbortSignal) => Request,
  download: Download,
): Promise<Response> {
  const once = () => download.arrival((signal) => fetch(request(signal)));
  try {
    return await once();
  } catch (error) {
    if (download.signal.aborted) throw error;
    return await once();
  }
}

/** Throws `AppError` with the code if the address is not allowed. The message does not show the address, since a redirect may point to an internal one. */
export function checkRules(url: URL, rules: AddressRules, code: ErrorCode): void {
  const isPrivate = classifyHost(url.hostname) === 'private' && !rules.allowPrivate;
  if (!isPrivate && isAllowed(rules.allowed, url)) return;
  const message =
    code === 'redirect_forbidden'
      ? 'source: expected redirects to allowed addresses only, got another one'
      : 'source: expected an address that this server allows, got another one';
  throw new AppError(code, message, { param: 'source' });
}

// No `credentials` option: workerd throws for some of its values. The platform keeps copies of pictures that sources allow to be kept;
// `no-cache` makes it ask the source whether they are still right.
function createRequest(
  url: URL,
  signal: AbortSignal,
  { known, renew = false }: { known?: string | undefined; renew?: boolean },
): Request {
  return new Request(url, {
    ...((renew || known !== undefined) && { cache: 'no-cache' }),
    headers: {
      Accept: 'image/*',
      'User-Agent': 'Tessera',
      Via: '1.1 tessera',
      ...(known !== undefined && { [conditionOf(known)]: known }),
    },
    redirect: 'manual',
    signal,
  });
}

/** The conditional request header for this validator. */
const conditionOf = (validator: string): string =>
  /^(?:W\/)?"/.test(validator) ? 'If-None-Match' : 'If-Modified-Since';

function redirectTarget(location: string | null, from: URL): URL {
  try {
    if (!location) throw new Error('a redirect without Location');
    const url = new URL(location, from);
    url.hash = '';
    return url;
  } catch (cause) {
    throw unreachable('it answered with a malformed redirect', cause);
  }
}
