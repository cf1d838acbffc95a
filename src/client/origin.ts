// Addresses of the web, and that of the service among them.
import { quoted } from '../errors.ts';

/** The URL if it has the scheme http or https. */
export function httpUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && /^https?:$/.test(url.protocol) ? url : undefined;
}

/** The origin of `https://<host>`. Throws RangeError for anything that is more, or less. */
export function originOf(origin: string | URL): string {
  const url = httpUrl(String(origin));
  if (url?.pathname === '/' && url.search === '') return url.origin;
  throw new RangeError(`origin: expected https://<host>, got ${quoted(String(origin))}`);
}
