// What can be copied: the address of the picture, a command, elements for a page, code for the client.
import { picture } from '../../client/picture.ts';
import { planOf } from '../../client/plan-builder.ts';
import type { Catalogue } from '../catalogue.ts';
import { pathText, planText } from '../state/plan-text.ts';
import { isFile, newStep, type Work } from '../state/work.ts';

type Size = { width: number; height: number };

export type Snippet = { name: string; label: string; text: string };

/** Name of the client's package. */
const PACKAGE = 'tessera-client';

/** Stands for pictures that are on this device only. */
const ELSEWHERE = 'https://example.com/';

/** The work with addresses instead of pictures of this device. */
function published(work: Work): Work {
  const address = (text: string): string => (isFile(text) ? ELSEWHERE + text.slice(5) : text);
  const wrapped = (text: string): string =>
    isFile(text) ? `b64:${base64Url(address(text))}` : text;
  return {
    ...work,
    source: address(work.source),
    steps: work.steps.map((step) => ({
      ...step,
      params: Object.fromEntries(
        Object.entries(step.params).map(([name, value]) => [name, wrapped(value)]),
      ),
    })),
  };
}

const base64Url = (text: string): string =>
  btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/** All snippets. `size` is that of the result, if it is known; `parts` are the pictures of this device by their part of an upload. */
export function snippetsOf(
  work: Work,
  {
    origin,
    catalogue,
    size,
    parts,
  }: {
    origin: string;
    catalogue: Catalogue;
    size: Size | undefined;
    parts: ReadonlyMap<string, string>;
  },
): Snippet[] {
  const outside = published(work);
  const url = `${origin}/t/${pathText(outside, catalogue)}`;
  const box = size ? ` width="${size.width}" height="${size.height}"` : '';
  return [
    { name: 'url', label: 'URL', text: url },
    { name: 'curl', label: 'curl', text: curlOf(work, { url, parts, origin, catalogue }) },
    { name: 'img', label: '<img>', text: `<img src="${attribute(url)}" alt=""${box}>` },
    {
      name: 'picture',
      label: '<picture>',
      text: pictureOf(outside, { origin, catalogue, size }),
    },
    { name: 'client', label: 'Client', text: clientOf(outside, { origin, catalogue }) },
  ];
}

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function curlOf(
  work: Work,
  {
    url,
    parts,
    origin,
    catalogue,
  }: { url: string; parts: ReadonlyMap<string, string>; origin: string; catalogue: Catalogue },
): string {
  if (parts.size === 0) return `curl -o picture ${quoted(url)}`;
  const forms = [...parts].map(
    ([part, text]) => `-F ${part}=@${text.replace(/^(?:file|asset):/, '')}`,
  );
  return ['curl -o picture', ...forms, quoted(`${origin}/t/${planText(work, catalogue)}`)].join(
    ' \\\n  ',
  );
}

/** The element that the client's `picture` makes: at two densities if the plan sets its size, else at the client's usual widths. */
function pictureOf(
  work: Work,
  { origin, catalogue, size }: { origin: string; catalogue: Catalogue; size: Size | undefined },
): string {
  const ports = { origin, sign: () => Promise.reject(new Error('the page has no keys')) };
  const plan = planOf<false>({ plan: planText(work, catalogue), source: work.source }, ports);
  const { sources, img } = picture(plan, isSized(work, catalogue) ? { densities: [1, 2] } : {});
  return [
    '<picture>',
    ...sources.map((source) => element('source', source)),
    element('img', { ...img, ...size, alt: '' }),
    '</picture>',
  ].join('\n');
}

/** Whether the plan says how wide or high the result is. */
const isSized = (work: Work, catalogue: Catalogue): boolean =>
  work.steps.some(
    ({ effect, params, off }) =>
      !off && effect === catalogue.option('w')?.entry.name && ('w' in params || 'h' in params),
  );

const element = (name: string, attributes: Readonly<Record<string, string | number>>): string => {
  const written = Object.entries(attributes).map(
    ([key, value]) => `${key}="${attribute(String(value)).replaceAll(', ', ',\n      ')}"`,
  );
  return `  <${name} ${written.join('\n    ')}>`;
};

function clientOf(
  work: Work,
  { origin, catalogue }: { origin: string; catalogue: Catalogue },
): string {
  const calls = [...work.steps.filter(({ off }) => !off), newStep('output', work.output)].flatMap(
    ({ effect, params }) => {
      const entry = catalogue.entry(effect);
      if (!entry) return [];
      const given = Object.entries(params).map(
        ([name, value]) => `${keyOf(name)}: ${literal(value)}`,
      );
      if (entry.segment === 'options' && given.length === 0) return [];
      const method = entry.segment === 'options' ? 'options' : effect;
      return [`  .${method}(${given.length > 0 ? `{ ${given.join(', ')} }` : ''})`];
    },
  );
  return [
    `import { createClient } from ${literal(PACKAGE)};`,
    '',
    `const tessera = createClient({ origin: ${literal(origin)} });`,
    'const url = tessera',
    `  .from(${literal(work.source)})`,
    ...calls,
    '  .url();',
  ].join('\n');
}

const keyOf = (name: string): string => (/^[a-z]\w*$/i.test(name) ? name : `'${name}'`);

function literal(value: string): string {
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value) || value === 'true' || value === 'false')
    return value;
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
