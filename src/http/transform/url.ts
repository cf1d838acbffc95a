// Reads a transform URL: splits it into plan and source, and parses both.
import { AppError, paramError } from '../../errors.ts';
import { isOption } from '../../plan/grammar.ts';
import { plainSegment, segmentsIn } from '../../plan/plain-segment.ts';
import { furtherImages, namesOf, type Plan, pixelImages } from '../../plan/plan.ts';
import type { Blobs } from '../../render/place.ts';
import { isSourceStart, parseInputSource, parseSource, type Source } from '../../sources/source.ts';
import { canonicalPath, splitTransformPath, type TransformPath } from '../../url-text.ts';
import { type PlanRules, readPlan } from '../catalogue/presets.ts';

/** Longest path and query; Cloudflare's own limit is 16 KiB for a whole URL. */
export const MAX_URL_LENGTH = 16_000;

// A segment with an unknown scheme is treated as a source, not as an effect, for the better error message.
const SCHEME = /^[a-z][a-z0-9+.-]*(?::|%3A)/i;

const MAX_FURTHER = 4;

/** Prefix of a further image that is a part of the upload. */
export const UPLOAD = 'upload:';

export type { TransformPath };

export type TransformRequest = {
  plan: Plan;
  source: Source;
  /** Further images by their text in the plan. */
  further: ReadonlyMap<string, Source>;
};

/** All sources of a request, the main one first. */
export const sourcesOf = ({
  source,
  further,
}: Pick<TransformRequest, 'source' | 'further'>): Source[] => [source, ...further.values()];

/** The pictures of a request whose files are those of `sourcesOf`, in that order. */
export function blobsOf({ further }: TransformRequest, files: readonly Uint8Array[]): Blobs {
  const [main, ...others] = files as [Uint8Array, ...Uint8Array[]];
  return { main, further: new Map([...further.keys()].map((text, i) => [text, others[i]!])) };
}

/** Indexes, in `sourcesOf`, of the images whose pixels the plan needs; it needs only vectors of the others. */
export function pixelSourceIndexes({ plan, further }: TransformRequest): number[] {
  const texts = [...further.keys()];
  return [0, ...pixelImages(plan).map((text) => 1 + texts.indexOf(text))];
}

/** Reads `/t/<segments>/<source>`. Throws `bad_url`, `bad_option`, `unknown_effect`, `not_allowed`, `bad_source`. */
export function readTransform(
  { path, query }: TransformPath,
  rules: PlanRules,
  base: string,
): TransformRequest {
  const segments = path.split('/');
  const start = segments.findIndex((segment) => isSourceStart(segment) || SCHEME.test(segment));
  const end = start >= 0 ? start : planLength(segments);
  const text = segments.slice(end).join('/');
  if (text === '' || (start < 0 && base === '')) {
    throw paramError({
      code: 'bad_source',
      param: 'source',
      expected:
        'https://…, asset:<name>, r2:<key> or b64:<base64url of a source> at the end of the path',
      got: 'none',
    });
  }
  const plan = readPlan(segments.slice(0, end).flatMap(segmentsIn), rules);
  const source = parseSource(text, { query, base: base === '' ? undefined : base });
  return { plan, source, further: furtherSources(plan, base) };

  // Without a known prefix, the source is a path under the base, and begins after the plan's last segment.
  function planLength(parts: readonly string[]): number {
    const first = parts.findIndex((part) => !isPlanSegment(part, rules));
    return first < 0 ? parts.length : first;
  }
}

/** Reads the path of `POST /t/<segments>`; `uploads` are the names of the parts that are further images. */
export const readUploadPath = (
  { path }: TransformPath,
  rules: PlanRules,
  uploads: ReadonlySet<string>,
): Plan => readSegments(path, rules, uploads);

/** Reads a plan that is not part of a URL, but written as in one. Throws what `readTransform` throws for a plan. */
export function readPlanText(
  text: string,
  rules: PlanRules,
  uploads: ReadonlySet<string> = new Set(),
): Plan {
  checkLength(text);
  return readSegments(canonicalPath({ pathname: text, search: '' }).path, rules, uploads);
}

/** Reads a source that is not part of a URL, but written as in one. Throws `bad_source`, `uri_too_long`. */
export function readSourceText(text: string, base: string): Source {
  checkLength(text);
  const query = text.includes('?') ? text.indexOf('?') : text.length;
  return parseSource(text.slice(0, query), {
    query: text.slice(query),
    base: base === '' ? undefined : base,
  });
}

function readSegments(path: string, rules: PlanRules, uploads: ReadonlySet<string>): Plan {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .flatMap(segmentsIn);
  if (segments.some((segment) => isSourceStart(segment) || SCHEME.test(segment))) {
    throw new AppError('bad_url', 'expected no source among the segments of the plan');
  }
  return readPlan(segments, rules, new Map([...uploads].map((name) => [name, `${UPLOAD}${name}`])));
}

/** Sources of the plan's further images by their texts, without those in `uploads` (names of parts). Throws `bad_source`; `bad_option` for too many. */
export function furtherSources(
  plan: Plan,
  base: string,
  uploads: ReadonlySet<string> = new Set(),
): Map<string, Source> {
  const named = [...furtherImages(plan)];
  if (named.length > MAX_FURTHER) {
    const [, param] = named[MAX_FURTHER]!;
    const message = `${param}: expected at most ${MAX_FURTHER} further images in a plan, got ${named.length}`;
    throw new AppError('bad_option', message, { param });
  }
  const isUpload = (text: string): boolean =>
    text.startsWith(UPLOAD) && uploads.has(text.slice(UPLOAD.length));
  const remote = named.filter(([text]) => !isUpload(text));
  return new Map(
    remote.map(([text, param]) => [
      text,
      parseInputSource(text, {
        param,
        base: base === '' ? undefined : base,
        names: namesOf(plan, param),
      }),
    ]),
  );
}

/** The part of a transform URL that is signed and parsed; `signature.ts` checks its signature. Throws `uri_too_long`. */
export function readPath(url: string): TransformPath {
  const parsed = new URL(url);
  checkLength(parsed.pathname + parsed.search);
  return splitTransformPath(parsed);
}

function checkLength(text: string): void {
  if (text.length <= MAX_URL_LENGTH) return;
  throw new AppError(
    'uri_too_long',
    `expected at most ${MAX_URL_LENGTH} characters of path and query`,
  );
}

/** Whether a text between two slashes is part of the plan, as one segment or as several that are encoded together. */
function isPlanSegment(text: string, rules: PlanRules): boolean {
  let segments: string[];
  try {
    segments = segmentsIn(text);
  } catch {
    return false;
  }
  return segments.every((segment) => beginsAsPlan(segment, rules));
}

/** Without plain separators, a segment is part of the plan if its first word is the name of an option or an effect. */
function beginsAsPlan(segment: string, { effects }: PlanRules): boolean {
  const [head = ''] = segment.split(',');
  if (head.includes('=')) return true;
  const [name = ''] = plainOf(segment).split(',');
  const [key = '', value] = name.split('=');
  if (value !== undefined) return key === 'p' || isOption(key, effects);
  return effects.some((e) => e.segment === 'step' && e.name === key);
}

/** The segment with plain separators; as it is if it has broken escapes. */
function plainOf(segment: string): string {
  try {
    return plainSegment(segment);
  } catch {
    return segment;
  }
}
