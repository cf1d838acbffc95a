// Headers that backends behind a login need, from `GPU_HEADERS`. They are secret: no message contains a value.
import { parseBackends } from './backend-addresses.ts';

/** Names and values. */
export type BackendHeaders = Readonly<Record<string, string>>;

const MAX_HEADERS = 16;
const NAME = /^[!#$%&'*+.^_`|~\w-]{1,64}$/;
/** Visible ASCII, with spaces in between. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]{0,8190}[\x21-\x7e])?$/;

/** Headers that the request itself decides. */
const OWN = /^(?:host|connection|content-.*|transfer-encoding|expect|x-tessera-.*)$/i;

const EXAMPLE = '{"Authorization":"Bearer …"}';

/**
 * Reads `GPU_HEADERS`: JSON whose values are texts, which are headers for all backends (`{"Authorization":"Bearer …"}`), or objects of
 * headers for the backend whose address is their name (`{"https://gpu.example.com":{"CF-Access-Client-Id":"…"}}`). Returns the headers
 * of each backend; its own replace those for all. An address that is no backend (any more) does no harm. Throws `RangeError`.
 */
export function parseBackendHeaders(text: string): (backend: string) => BackendHeaders {
  const forAll: Record<string, string> = {};
  const own = new Map<string, Record<string, string>>();
  for (const [index, [name, value]] of entriesOf(text).entries()) {
    if (isRecord(value)) {
      const headers = Object.entries(value).map(([key, inner]) => headerOf(key, inner, index));
      own.set(addressOf(name, index), Object.fromEntries(headers));
    } else {
      const [key, inner] = headerOf(name, value, index);
      forAll[key] = inner;
    }
  }
  for (const headers of [forAll, ...own.values()]) {
    const count = Object.keys(headers).length;
    if (count > MAX_HEADERS) throw wrong(`expected at most ${MAX_HEADERS} headers, got ${count}`);
  }
  return (backend) => ({ ...forAll, ...own.get(backend) });
}

/** The address of a backend in the form that `GPU_BACKENDS` gives it. */
function addressOf(name: string, index: number): string {
  try {
    const [address, ...more] = parseBackends(name);
    if (address !== undefined && more.length === 0) return address;
  } catch {
    // The name may be a secret at the wrong place, so it is not shown.
  }
  throw wrong(`entry ${index + 1}: expected the address of a backend, as in GPU_BACKENDS`);
}

function entriesOf(text: string): [string, unknown][] {
  if (text === '') return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The message of the parser contains a part of the text.
    throw wrong(`expected JSON such as ${EXAMPLE}, got text that is not JSON`);
  }
  if (isRecord(value)) return Object.entries(value);
  throw wrong(
    `expected JSON such as ${EXAMPLE}, got ${Array.isArray(value) ? 'a list' : typeof value}`,
  );
}

/** One header in lower case, so that a backend's own replaces the one for all. */
function headerOf(name: string, value: unknown, index: number): [string, string] {
  if (!NAME.test(name)) {
    throw wrong(`entry ${index + 1}: expected the name of a header, or a backend of GPU_BACKENDS`);
  }
  if (OWN.test(name)) throw wrong(`${name}: expected another header, the request has this one`);
  if (typeof value === 'string' && VALUE.test(value)) return [name.toLowerCase(), value];
  throw wrong(`${name}: expected a text of up to 8192 visible ASCII characters`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (problem: string): RangeError => new RangeError(`GPU_HEADERS: ${problem}`);
