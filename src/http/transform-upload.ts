// Answers `POST /t/<segments>` with the picture in the body.
import type { Context } from 'hono';
import { AppError } from '../errors.ts';
import { furtherImages, type Plan } from '../plan/plan.ts';
import { outputChoice } from './output-format.ts';
import { pictureResponse } from './picture-response.ts';
import { closeAll, expectedOf, growOrRefuse, openAll, readAll, render } from './render-request.ts';
import { note } from './request-details.ts';
import type { Services } from './services.ts';
import { furtherSources, readUploadUrl, UPLOAD } from './transform-url.ts';
import { readUpload, type Upload, uploadBytes } from './upload.ts';

const UPLOAD_TIMEOUT_MS = 30_000;

/** Parse, read, render. Everything that the path alone tells is refused before the body is read. */
export async function transformUpload(c: Context, services: Services): Promise<Response> {
  const { config, effects, encoded } = services;
  const began = services.now();
  const { url } = c.req.raw;
  readUploadUrl(url, effects, new Set(effects.flatMap((effect) => effect.inputs)));
  services.gate.check();
  const limits = { maxBytes: config.MAX_SOURCE_BYTES, timeoutMs: UPLOAD_TIMEOUT_MS };
  const reservation = await encoded.reserve(uploadBytes(c.req.raw, limits.maxBytes));
  try {
    const { grow } = reservation;
    const parts = await readUpload(c.req.raw, { ...limits, grow });
    const extra = new Set([...parts.keys()].filter((name) => name !== 'image'));
    const plan = readUploadUrl(url, effects, extra);
    const bytesIn = [...parts.values()].reduce((sum, file) => sum + file.length, 0);
    note(c, { plan, bytesIn });
    refuseUnusedParts(plan, extra);
    const remote = furtherSources(plan, config.SOURCE_BASE, extra);
    const opened = await openAll([...remote.values()], services);
    try {
      growOrRefuse(grow, expectedOf(opened));
      const bytes = await readAll(opened, grow);
      const texts = [...remote.keys()];
      const fetched = new Map(texts.map((text, i) => [text, bytes[i] as Uint8Array]));
      const blobs = {
        main: parts.get('image') as Uint8Array,
        further: allOf(plan, parts, fetched),
      };
      const { choose } = outputChoice(plan, c.req.header('accept') ?? null, services);
      const waited = services.now() - began;
      const rendered = await render(plan, blobs, choose, services);
      note(c, { rendered });
      return pictureResponse(
        rendered,
        { 'Cache-Control': 'no-store', Vary: 'Accept' },
        { fetched: waited, budget: config.EDGE_BUDGET_MS, name: 'upload' },
      );
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

const allOf = (plan: Plan, parts: Upload, fetched: ReadonlyMap<string, Uint8Array>) =>
  new Map(
    [...furtherImages(plan).keys()].map((text) => [
      text,
      fetched.get(text) ?? (parts.get(text.slice(UPLOAD.length)) as Uint8Array),
    ]),
  );
