// Reads and changes a transform URL: its plan, its source, a parameter of a step.

const SOURCE = /^(?:https?:|asset:|r2:|b64:)/;
const SIGNATURE = /^s:/;

/** Path and query of a transform URL. Throws if it is another server's. */
export function pathOf(text) {
  const url = new URL(text, location.href);
  if (url.origin !== location.origin)
    throw new Error(`expected a path of this server, got ${url.origin}`);
  return url.pathname + url.search;
}

/** Plan and source of `/t/<plan>/<source>`; undefined if the URL is signed, or its source cannot be found. */
export function splitUrl(path) {
  const parts = path.replace(/^\/t\//, '').split('/');
  const at = parts.findIndex((part) => SOURCE.test(part));
  if (!path.startsWith('/t/') || at < 1 || SIGNATURE.test(parts[0])) return undefined;
  return { plan: parts.slice(0, at).join('/'), source: parts.slice(at).join('/') };
}

/** The URL of a quick stand-in, to show until the picture exists. */
export function standInOf(path) {
  const parts = splitUrl(path);
  return parts && `/t/pending=preview/${parts.plan}/${parts.source}`;
}

/** The text of a parameter of the first step with this name. */
export function paramOf(path, step, name) {
  const pair = stepOf(path, step).find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

/** The URL with this parameter set, or removed if the text is empty. */
export function withParam(path, step, name, text) {
  const parts = stepOf(path, step);
  const at = parts.findIndex((part) => part.startsWith(`${name}=`));
  const pair = text === '' ? [] : [`${name}=${text}`];
  const changed = at < 0 ? [...parts, ...pair] : parts.toSpliced(at, 1, ...pair);
  return path
    .split('/')
    .map((segment) => (segment === parts.join(',') ? changed.join(',') : segment))
    .join('/');
}

/** The URL with another source. */
export function withSource(path, source) {
  const parts = splitUrl(path);
  return parts ? `/t/${parts.plan}/${source}` : path;
}

function stepOf(path, step) {
  const plan = splitUrl(path)?.plan ?? '';
  return (
    plan
      .split('/')
      .map((segment) => segment.split(','))
      .find(([name]) => name === step) ?? [step]
  );
}
