// What can be copied: the address of the picture, a command, elements for a page, code for the client.
import type { Catalogue } from '../catalogue.ts';
import { pathText, planText } from '../state/plan-text.ts';
import { isFile, newStep, type Step, type Work, withParam } from '../state/work.ts';

export type Snippet = { name: string; label: string; text: string };

/** Widths of a `srcset` if the plan has none, in pixels. */
const WIDTHS = [480, 960, 1440];

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
    size: { width: number; height: number } | undefined;
    parts: ReadonlyMap<string, string>;
  },
): Snippet[] {
  const outside = published(work);
  const urlOf = (each: Work): string => `${origin}/t/${pathText(each, catalogue)}`;
  const url = urlOf(outside);
  const box = size ? ` width="${size.width}" height="${size.height}"` : '';
  return [
    { name: 'url', label: 'URL', text: url },
    { name: 'curl', label: 'curl', text: curlOf(work, { url, parts, origin, catalogue }) },
    { name: 'img', label: '<img>', text: `<img src="${attribute(url)}" alt=""${box}>` },
    {
      name: 'picture',
      label: '<picture>',
      text: pictureOf(outside, { urlOf, box, catalogue, width: size?.width }),
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

/** The step that sets the width: the first one that has it, or a new one before all others. */
function resized(
  work: Work,
  factor: number,
  catalogue: Catalogue,
): { work: Work; width: number } | undefined {
  const option = catalogue.option('w');
  if (!option) return undefined;
  const { entry, param } = option;
  const step = work.steps.find(
    ({ effect, params, off }) => effect === entry.name && !off && param in params,
  );
  if (!step) return undefined;
  const scaled = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : String(Math.round(Number(value) * factor));
  const width = Math.round(Number(step.params[param]) * factor);
  const params = withParam(
    withParam(step.params, param, String(width)),
    'h',
    scaled(step.params.h),
  );
  return { work: replaced(work, { ...step, params }), width };
}

const replaced = (work: Work, step: Step): Work => ({
  ...work,
  steps: work.steps.map((each) => (each.id === step.id ? step : each)),
});

/** The work at several widths. Without a resizing step, one is put before all others. */
export function atWidths(work: Work, catalogue: Catalogue): { work: Work; width: number }[] {
  const scaled = [0.5, 1, 1.5, 2].flatMap((factor) => resized(work, factor, catalogue) ?? []);
  if (scaled.length > 0) return scaled;
  const option = catalogue.option('w');
  if (!option) return [];
  return WIDTHS.map((width) => {
    const step = newStep(option.entry.name, { [option.param]: String(width) });
    return { work: { ...work, steps: [step, ...work.steps] }, width };
  });
}

function pictureOf(
  work: Work,
  {
    urlOf,
    box,
    catalogue,
    width,
  }: {
    urlOf: (work: Work) => string;
    box: string;
    catalogue: Catalogue;
    width: number | undefined;
  },
): string {
  const widths = atWidths(work, catalogue);
  const sizes = width ? `(max-width: ${width}px) 100vw, ${width}px` : '100vw';
  const sourceOf = (format: string): string => {
    const set = widths.map(
      (each) => `${urlOf({ ...each.work, output: { ...work.output, f: format } })} ${each.width}w`,
    );
    return `  <source type="image/${format}"\n    srcset="${set.map(attribute).join(',\n      ')}"\n    sizes="${sizes}">`;
  };
  const fallback = urlOf({ ...work, output: { ...work.output, f: 'jpeg' } });
  const formats = ['avif', 'webp'].map(sourceOf).join('\n');
  return `<picture>\n${formats}\n  <img src="${attribute(fallback)}" alt=""${box}>\n</picture>`;
}

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
