// The allow-list of sources: URL prefixes, compared by whole host labels and whole path parts.

/** One label or path part: a decoded text, or `undefined` for `*`. */
type Pattern = string | undefined;

type AllowEntry = {
  protocol: string;
  port: string;
  labels: Pattern[];
  parts: Pattern[];
};

/** Parsed `ALLOWED_SOURCES`; an empty list allows nothing. */
export type AllowList = readonly AllowEntry[];

/**
 * Parses comma-separated URL prefixes such as `https://*.example.com/photos/`; `*` stands for one
 * whole host label or path part. Throws `Error` that names the malformed entry.
 */
export function parseAllowList(text: string): AllowList {
  return text.trim() === '' ? [] : text.split(',').map((entry) => parseEntry(entry.trim()));
}

/**
 * Whether an entry matches the URL's scheme, port and host and the start of its path. URLs with user info are never allowed. An entry
 * with a path allows encoded slashes below it, but no encoded dots or backslashes, with which an origin could read another path.
 */
export function isAllowed(list: AllowList, url: URL): boolean {
  if (url.username !== '' || url.password !== '' || /%(?:25)*00/.test(url.pathname)) return false;
  const raw = url.pathname.slice(1).split('/');
  const parts = raw.map(decodeBytes);
  return list.some(
    (entry) =>
      entry.protocol === url.protocol &&
      entry.port === url.port &&
      matchesHost(entry, url.hostname) &&
      entry.parts.every((pattern, i) => matches(pattern, parts[i])) &&
      (entry.parts.length === 0 || staysBelow(raw, entry.parts.length)),
  );
}

/** Whether a path stays below its first parts, even if the origin reads encoded slashes as slashes. */
function staysBelow(raw: readonly string[], depth: number): boolean {
  if (raw.slice(0, depth).some(hidesStructure)) return false;
  const below = raw.slice(depth).join('/');
  if (!hidesStructure(below)) return true;
  const opened = below.replace(/%2f/gi, '/');
  return !hidesStructure(opened) && opened.split('/').every((part) => !/^\.{0,2}$/.test(part));
}

function matchesHost(entry: AllowEntry, hostname: string): boolean {
  const labels = hostname.split('.');
  return (
    entry.labels.length === labels.length &&
    entry.labels.every((pattern, i) => matches(pattern, labels[i]))
  );
}

function matches(pattern: Pattern, text: string | undefined): boolean {
  return pattern === undefined ? text !== undefined && text !== '' : pattern === text;
}

// `URL` resolves dot segments but keeps `%2f`, which an origin may read as a separator later;
// "25" is repeated if the escape was itself escaped.
function hidesStructure(pathname: string): boolean {
  return /%(?:25)*(?:2f|5c|2e|00)/i.test(pathname);
}

/** Decodes escapes byte by byte, because a path need not be UTF-8. */
const decodeBytes = (part: string): string =>
  part.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

function parseEntry(entry: string): AllowEntry {
  const fail = (why: string): Error =>
    new Error(
      `ALLOWED_SOURCES: expected a URL prefix such as https://images.example.com/photos/, ` +
        `got ${JSON.stringify(entry)} (${why})`,
    );
  const written = /^https?:\/\/([^/]+)(\/.*)?$/i.exec(entry);
  if (!written) throw fail('it needs http:// or https:// and a host');
  if (/[\s\\?#@]/.test(entry)) throw fail('no spaces, backslashes, user info, query or fragment');
  const path = (written[2] ?? '/').replace(/\/$/, '');
  if (/\/(?:\/|(?:\.|%2e){1,2}(?:\/|$))/i.test(`${path}/`) || hidesStructure(path)) {
    throw fail('no empty parts, dot segments or encoded slashes in the path');
  }
  const url = parseUrl(entry);
  if (!url) throw fail('it is not a valid URL');
  const labels = url.hostname.split('.').map(toPattern);
  if (labels.includes('')) throw fail('no empty host labels');
  // `*` is a label of a name, never a byte of an address.
  const wild = labels.some((label) => label === undefined);
  if (wild && labels.every((label) => label === undefined || /^\d+$/.test(label))) {
    throw fail('the host needs a label that is neither * nor a number');
  }
  const parts = url.pathname.replace(/\/$/, '').split('/').slice(1);
  const patterns = [...labels, ...parts.map(toPattern)];
  if (!patterns.every(isWhole)) throw fail('* stands alone in its part');
  const decoded = parts.map(decodeBytes);
  return {
    protocol: url.protocol,
    port: url.port,
    labels,
    parts: parts.map((part, i) => (part === '*' ? undefined : decoded[i])),
  };
}

function toPattern(text: string): Pattern {
  return text === '*' ? undefined : text;
}

function isWhole(pattern: Pattern): boolean {
  return pattern === undefined || !pattern.includes('*');
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
