// The option `onerror`: answers a failed transform with a grey placeholder, or with a redirect to the source.
import type { Context } from 'hono';
import { resize } from '../../effects/resize/effect.ts';
import { AppError, type ErrorCode, statusOfCode } from '../../errors.ts';
import type { Size } from '../../image.ts';
import { type Plan, readStep } from '../../plan/plan.ts';
import type { Source } from '../../sources/source.ts';
import { cacheHeaders } from '../caching.ts';
import type { Services } from '../services.ts';
import { pictureResponse } from './picture-response.ts';

/** Errors that `onerror` replaces: of the source, of its file, of a plan over the budget, and of a service that is busy. Errors of the request itself are reported. */
const replacedCodes: readonly ErrorCode[] = [
  'redirect_forbidden',
  'source_missing',
  'too_many_bytes',
  'not_an_image',
  'format_unsupported',
  'too_many_pixels',
  'undecodable',
  'over_budget',
  'source_unreachable',
  'too_many_redirects',
  'source_timeout',
  'busy',
];

/** Size of a placeholder if the plan names none, in pixels; its shape if the plan names one side. */
const DEFAULT_SIZE: Size = { width: 320, height: 240 };
/** Larger placeholders are scaled down to this many pixels. */
const MAX_PIXELS = 1_000_000;
/** Longest side that `resize` accepts, in pixels. */
const MAX_SIDE = 12_000;
/** A PNG of one grey pixel (0xd4), which is enlarged. */
const GREY_PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGO4AgAA1gDVlnXDeQAAAABJRU5ErkJggg==';

type Asked = { plan: Plan; source: Source };

/** The replacement for a transform's error. Throws the error if there is none. */
export async function onErrorResponse(
  error: unknown,
  c: Context,
  { plan, source }: Asked,
  services: Services,
): Promise<Response> {
  const { onerror } = plan.output;
  if (!onerror || !(error instanceof AppError) || !replacedCodes.includes(error.code)) throw error;
  const fallback =
    onerror === 'redirect'
      ? redirect(source, error, services)
      : await placeholder(c, plan, services);
  if (!fallback) throw error;
  const { headers } = fallback;
  headers.set('X-Status', String(statusOfCode[error.code]));
  headers.set('X-Error', error.code);
  headers.set('Cache-Control', 'no-store');
  return fallback;
}

/** Redirects only to allow-listed https addresses that do not themselves redirect to a forbidden place. */
function redirect(
  source: Source,
  { code }: AppError,
  { files }: Pick<Services, 'files'>,
): Response | undefined {
  if (source.kind !== 'url' || source.url.protocol !== 'https:') return undefined;
  if (code === 'redirect_forbidden') return undefined;
  files.check(source);
  return new Response(null, { status: 302, headers: { Location: source.url.href } });
}

/** A grey picture of the plan's size and format; undefined if it cannot be rendered either, or the format is `json`. */
async function placeholder(
  c: Context,
  plan: Plan,
  services: Services,
): Promise<Response | undefined> {
  const { renderer, config } = services;
  if (plan.output.f === 'json') return undefined;
  const { width, height } = placeholderSize(plan, config.MAX_RESULT_PIXELS);
  const sides = new Map([
    ['w', String(width)],
    ['h', String(height)],
    ['fit', 'squeeze'],
  ]);
  try {
    const { choose, negotiated } = renderer.choose(plan, c.req.header('accept') ?? null);
    const placed = await renderer.place(
      {
        plan: { ...plan, steps: [readStep(resize, sides)] },
        blobs: {
          main: Uint8Array.from(atob(GREY_PIXEL), (byte) => byte.charCodeAt(0)),
          further: new Map(),
        },
        choose,
      },
      ['edge'],
    );
    const rendered = await renderer.render(placed);
    const about = { fetched: 0, budget: config.EDGE_BUDGET_MS, name: 'placeholder' };
    return pictureResponse(rendered, cacheHeaders('no-store', { negotiated }), about);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** The size that the plan's last `resize` asks for, as far as it is known without a picture. */
export function placeholderSize({ steps }: Plan, maxPixels: number): Size {
  const params = steps.findLast(({ effect }) => effect === resize)?.params;
  const { width, height } = params
    ? resize.size(DEFAULT_SIZE, { ...params, fit: 'squeeze' })
    : DEFAULT_SIZE;
  const most = Math.min(maxPixels, MAX_PIXELS);
  const scale = Math.min(1, Math.sqrt(most / (width * height)));
  const side = (length: number, longest: number): number =>
    Math.max(1, Math.min(Math.floor(length * scale), MAX_SIDE, longest));
  const wide = side(width, most);
  // If one side has reached one pixel, only the other can shrink further.
  return { width: wide, height: side(height, Math.floor(most / wide)) };
}
