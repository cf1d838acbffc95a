// Makes the URLs that image components of frameworks ask for: a source at a width, in a quality or a format.
import { AppError, paramError, quoted } from '../../errors.ts';
import { escapeValue } from '../../url-text.ts';
import { formatNamed, MOST_SIDE, wholeNumber } from '../checks.ts';
import { originOf } from '../origin.ts';
import { hasOption, planAt } from '../plan-at.ts';
import { sourceText, splitPlan } from '../source-text.ts';

/** A plan: its segments, or a plan builder, whose source is not used. */
export type PlanText = string | { readonly plan: string };

export type LoaderOptions = {
  /** Scheme, host and port of the service. */
  origin: string | URL;
  /** Steps and options for every picture; the width that is asked for replaces the plan's own. */
  plan?: PlanText | undefined;
  /** Address of the own site, which relative sources belong to. Without it they are paths under the service's `SOURCE_BASE`. */
  site?: string | URL | undefined;
  /** For a service with `PRESETS_ONLY`: the name of a preset for each width in pixels. The narrowest that is wide enough is taken. */
  presets?: Readonly<Record<number, string>> | undefined;
  /** Quality unless the component asks for one, 1…100. */
  quality?: number | undefined;
  /** Format unless the component asks for one; without it the service chooses by the browser's `Accept` header. */
  format?: string | undefined;
};

/** What a component asks for; sizes in pixels. */
export type ImageRequest = {
  width?: number | string | undefined;
  height?: number | string | undefined;
  quality?: number | string | undefined;
  format?: string | undefined;
  /** As in CSS, or one of Tessera's; `cover` if there is a height, unless the plan has one. */
  fit?: string | undefined;
  gravity?: string | undefined;
  background?: string | undefined;
  /** Radius in pixels of the result, 1…250. */
  blur?: number | string | undefined;
  /** Replaces the plan of all pictures. */
  plan?: PlanText | undefined;
};

export type ImageUrls = (source: string | URL, request: ImageRequest) => string;

const FITS = [
  'scale-down',
  'scale-up',
  'contain',
  'cover',
  'crop',
  'aspect-crop',
  'pad',
  'squeeze',
];
/** Names that CSS and image libraries have for these. */
const OTHER_FITS: Readonly<Record<string, string>> = { fill: 'squeeze', inside: 'contain' };

/**
 * The URL of each request. A source may also be an unsigned URL of the service, whose plan then replaces that of all pictures. Throws
 * RangeError for a malformed origin; the function throws `bad_source` and `bad_option`.
 */
export function imageUrls(options: LoaderOptions): ImageUrls {
  const prefix = `${originOf(options.origin)}/t/`;
  if (options.presets && options.plan !== undefined) {
    throw paramError({ param: 'presets', expected: 'no plan beside them' });
  }
  return (given, request) => {
    const { plan, source } = readSource(String(given), { prefix, site: options.site });
    const own = textOf(request.plan) ?? plan ?? textOf(options.plan) ?? '';
    const base = options.presets ? presetFor(options.presets, request, own) : own;
    const size = options.presets ? [] : sizeOf(request, base);
    const changes = [...size, ...outputOf(request, options)].join();
    const written = planAt(base, changes);
    return `${prefix}${written === '' ? '' : `${written}/`}${source}`;
  };
}

const textOf = (plan: PlanText | undefined): string | undefined =>
  typeof plan === 'object' ? plan.plan : plan;

/** The source's text, and the plan if the source is a URL of the service. */
function readSource(
  text: string,
  { prefix, site }: { prefix: string; site: string | URL | undefined },
): { plan: string | undefined; source: string } {
  if (text.startsWith(prefix)) {
    const { plan, source } = splitPlan(text.slice(prefix.length));
    if (source !== '' && !plan.startsWith('s:')) return { plan, source };
    const expected = 'a URL without signature, because its size changes';
    throw new AppError('bad_source', `source: expected ${expected}, got ${quoted(text)}`);
  }
  return { plan: undefined, source: sourceText(absolute(text, site)) };
}

function absolute(text: string, site: string | URL | undefined): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return text;
  if (site !== undefined) return new URL(text, site).href;
  return text.startsWith('//') ? `https:${text}` : text.replace(/^\//, '');
}

function presetFor(
  presets: Readonly<Record<number, string>>,
  { width }: ImageRequest,
  plan: string,
): string {
  // Keys that are whole numbers come in ascending order.
  const widths = Object.keys(presets).map(Number);
  const asked = width === undefined ? Number.POSITIVE_INFINITY : Number(width);
  const fitting = widths.find((each) => each >= asked) ?? widths.at(-1);
  if (fitting === undefined || plan !== '') {
    throw paramError({ param: 'presets', expected: 'at least one, and pictures without a plan' });
  }
  return `p=${escapeValue(presets[fitting]!)}`;
}

function outputOf({ format, quality }: ImageRequest, options: LoaderOptions): string[] {
  const [f, q] = [format || options.format, quality ?? options.quality];
  return [
    ...(f ? [`f=${formatNamed(f)}`] : []),
    ...(q === undefined ? [] : [`q=${wholeNumber(q, { param: 'quality', most: 100 })}`]),
  ];
}

function sizeOf(
  { width, height, fit, gravity, background, blur }: ImageRequest,
  plan: string,
): string[] {
  const pairs: Readonly<Record<string, string | number | undefined>> = {
    w: side('width', width),
    h: side('height', height),
    fit: fit ? fitNamed(fit) : (width && height && !hasOption(plan, 'fit') && 'cover') || undefined,
    gravity,
    background,
    blur,
  };
  return Object.entries(pairs).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeValue(String(value))}`],
  );
}

const side = (param: string, value: number | string | undefined): number | undefined =>
  value === undefined ? undefined : wholeNumber(value, { param, most: MOST_SIDE });

function fitNamed(fit: string): string {
  const name = OTHER_FITS[fit] ?? fit;
  if (FITS.includes(name)) return name;
  const expected = [...FITS, ...Object.keys(OTHER_FITS)].join(', ');
  throw paramError({ param: 'fit', expected, got: quoted(fit) });
}
