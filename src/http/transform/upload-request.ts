// What transforms and jobs of uploads share: the body is read under the isolate's limits, and with it what else the plan names.
import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { furtherImages, type Plan } from '../../plan/plan.ts';
import type { Blobs } from '../../render/render.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { closeAll, expectedOf, growOrRefuse, openAll, readAll } from './render-request.ts';
import { readUpload, type Upload, uploadBytes } from './upload.ts';
import { furtherSources, UPLOAD } from './url.ts';

const UPLOAD_TIMEOUT_MS = 30_000;

/** Name of the part that has the plan, where it is not in the path. */
export const PLAN_PART = 'plan';

type UploadUse<T> = {
  /** The plan, once the parts are there; `extra` names those beside `image` and the plan's own. */
  planOf: (parts: Upload, extra: ReadonlySet<string>) => Plan;
  /** Whether the plan is a part. */
  planInBody?: boolean;
  /** Sees the whole body before anything of it is parsed. */
  checkBody?: (body: Uint8Array) => Promise<void>;
  use: (plan: Plan, blobs: Blobs) => Promise<T>;
};

/** Reads an upload and lends it to `use`. Throws `bad_body`, `too_many_bytes`, `busy`, and what sources throw. */
export async function withUpload<T>(
  c: Context,
  services: Services,
  { planOf, planInBody = false, checkBody, use }: UploadUse<T>,
): Promise<T> {
  const { config, encoded } = services;
  const limits = { maxBytes: config.MAX_SOURCE_BYTES, timeoutMs: UPLOAD_TIMEOUT_MS };
  const reservation = await encoded.reserve(uploadBytes(c.req.raw, limits.maxBytes));
  try {
    const { grow } = reservation;
    const textParts = planInBody ? [PLAN_PART] : [];
    const parts = await readUpload(c.req.raw, {
      ...limits,
      grow,
      textParts,
      ...(checkBody && { check: checkBody }),
    });
    const known = new Set(['image', ...textParts]);
    const extra = new Set([...parts.keys()].filter((name) => !known.has(name)));
    const plan = planOf(parts, extra);
    const bytesIn = [...parts.values()].reduce((sum, file) => sum + file.length, 0);
    note(c, { plan, bytesIn });
    refuseUnusedParts(plan, extra);
    const remote = furtherSources(plan, config.SOURCE_BASE, extra);
    const opened = await openAll([...remote.values()], services);
    try {
      growOrRefuse(grow, expectedOf(opened));
      const bytes = await readAll(opened, grow);
      const fetched = new Map([...remote.keys()].map((text, i) => [text, bytes[i]!]));
      return await use(plan, blobsOf(plan, parts, fetched));
    } finally {
      await closeAll(opened);
    }
  } finally {
    reservation.release();
  }
}

function refuseUnusedParts(plan: Plan, extra: ReadonlySet<string>): void {
  const named = [...furtherImages(plan).keys()];
  for (const name of extra) {
    if (named.includes(`${UPLOAD}${name}`)) continue;
    throw new AppError(
      'bad_body',
      `${JSON.stringify(name.slice(0, 64))}: expected parts that the plan uses, image first of all`,
    );
  }
}

const blobsOf = (plan: Plan, parts: Upload, fetched: ReadonlyMap<string, Uint8Array>): Blobs => ({
  main: parts.get('image') as Uint8Array,
  further: new Map(
    [...furtherImages(plan).keys()].map((text) => [
      text,
      fetched.get(text) ?? (parts.get(text.slice(UPLOAD.length)) as Uint8Array),
    ]),
  ),
});
