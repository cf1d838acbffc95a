// Answers `POST /t/<segments>` with the picture in the body.
import type { Context } from 'hono';
import type { Place } from '../../cost/place.ts';
import type { Waiting } from '../../gate/queue.ts';
import type { Plan } from '../../plan/plan.ts';
import type { OutputChoice } from '../../render/output-format.ts';
import { checkExpiry } from '../access/expiry.ts';
import { countRequest } from '../access/rate-limit.ts';
import { checkUrlSignature } from '../access/signature.ts';
import { cacheHeaders } from '../caching.ts';
import { answerWithJob } from '../jobs/answer.ts';
import type { Submitted } from '../jobs/request.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { waitingOf } from '../waiting.ts';
import { pictureResponse } from './picture-response.ts';
import { receiveUpload } from './received-upload.ts';
import { renderOrSubmit } from './render-or-submit.ts';
import { readPath, readUploadPath, type TransformPath } from './url.ts';

const NO_STORE = 'no-store';

const choiceOf = (c: Context, plan: Plan, { renderer }: Services): OutputChoice =>
  renderer.choose(plan, c.req.header('accept') ?? null);
const NAME = 'upload';

/** Parses the path, reads the upload, then renders or submits a job. Everything wrong with the path is refused before the body is read. */
export async function transformUpload(c: Context, services: Services): Promise<Response> {
  const { clock, config, renderer, rules } = services;
  const began = clock.now();
  const path = readPath(c.req.raw.url);
  await checkUrlSignature(path, config.SIGNING_KEYS);
  await countRequest(c, services.rateLimiter);
  const inputs = new Set(rules.effects.flatMap((effect) => effect.further.params));
  const asked = readUploadPath(path, rules, inputs);
  checkExpiry(asked, clock);
  const waiting = waitingOf(c, { clock });
  const places = await renderer.check(asked, { waiting });
  const made = await renderUpload(c, { path, places, began, waiting }, services);
  if (made instanceof Response) return made;
  const headers = cacheHeaders(NO_STORE, choiceOf(c, asked, services));
  return answerWithJob(c, { ...made, headers }, services);
}

/** The picture, or the submitted job. The memory of the upload is released on return. */
async function renderUpload(
  c: Context,
  {
    path,
    places,
    began,
    waiting,
  }: { path: TransformPath; places: readonly Place[]; began: number; waiting: Waiting },
  services: Services,
): Promise<Response | Submitted> {
  const { clock, config, rules } = services;
  using upload = await receiveUpload(c, services, { waiting });
  const plan = readUploadPath(path, rules, upload.extra);
  note(c, { plan, bytesIn: upload.byteLength });
  const blobs = await upload.blobsFor(plan);
  const fetched = clock.now() - began;
  const output = choiceOf(c, plan, services);
  const work = { plan, output, places, blobs, name: NAME, private: false, waiting };
  const made = await renderOrSubmit(c, work, services);
  if (made instanceof Response || 'job' in made) return made;
  note(c, { rendered: made });
  const headers = cacheHeaders(NO_STORE, output);
  return pictureResponse(made, headers, { fetched, budget: config.EDGE_BUDGET_MS, name: NAME });
}
