// Reads the JSON body of `POST /v1/jobs`.
import type { Effect } from '../../effects/effect.ts';
import { AppError, paramError } from '../../errors.ts';
import { planText } from '../../plan/plan-json.ts';
import { readLimited } from '../../sources/read-limited.ts';

/** Most bytes of a JSON body: enough for the longest plan and source, escaped. */
const MAX_JSON_BYTES = 128 * 1024;
const JSON_TIMEOUT_MS = 10_000;
/** The members that a body may have; editors look for the schema of a file in `$schema`. */
const members = ['plan', 'source', '$schema'] as const;

/** A plan and a source, as texts. */
export type JobRequest = { plan: string; source: string };

/**
 * The plan, which may be a text or a list of segments, and the source. `check` sees the bytes before they are read. Throws `bad_body`,
 * `too_many_bytes`, and for lists what `planText` throws.
 */
export async function readJobRequest(
  request: Request,
  { check, effects }: { check: (bytes: Uint8Array) => Promise<void>; effects: readonly Effect[] },
): Promise<JobRequest> {
  const bytes = await readLimited(request.body, {
    maxBytes: MAX_JSON_BYTES,
    contentLength: request.headers.get('content-length'),
    leaveOpen: true,
    timeoutMs: JSON_TIMEOUT_MS,
  });
  await check(bytes);
  const body = parseJson(utf8(bytes));
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('bad_body', 'expected a JSON object with plan and source');
  for (const name of Object.keys(body)) {
    if (!members.some((known) => known === name)) {
      throw new AppError(
        'bad_body',
        `${JSON.stringify(name.slice(0, 64))}: expected plan and source only`,
      );
    }
  }
  const { plan, source, $schema } = body as Record<string, unknown>;
  if ($schema !== undefined && typeof $schema !== 'string') throw badMember('$schema', $schema);
  if (typeof source !== 'string') throw badMember('source', source);
  if (Array.isArray(plan)) return { plan: planText(plan, effects), source };
  if (typeof plan !== 'string') throw badMember('plan', plan, 'a text or a list of segments');
  return { plan, source };
}

/** The error for a member or part that is missing or of the wrong type. */
export const badMember = (name: string, got: unknown, expected = 'a text'): AppError =>
  paramError({
    code: 'bad_body',
    param: name,
    expected,
    got: `${got === undefined ? 'nothing' : typeof got}`,
  });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('bad_body', 'expected well-formed JSON', { cause });
  }
}

/** The text of bytes in UTF-8. Throws `bad_body`. */
export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('bad_body', 'expected UTF-8', { cause });
  }
}
