// Answers `POST /t/<segments>` with the picture in the body.
import type { Context } from 'hono';
import { isGpuOnly } from '../../plan/plan.ts';
import type { Rendered } from '../../render/render.ts';
import { checkExpiry } from '../access/expiry.ts';
import { countRequest } from '../access/rate-limit.ts';
import { checkUrlSignature } from '../access/signature.ts';
import { answerWithJob } from '../jobs/answer.ts';
import { awaitJob } from '../jobs/request.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { renderOrSubmit } from './job.ts';
import { outputChoice } from './output-format.ts';
import { pictureResponse } from './picture-response.ts';
import { placesOf } from './places.ts';
import { withUpload } from './upload-request.ts';
import { readUploadUrl } from './url.ts';

const KEPT_NOWHERE = 'no-store';

/** Parse, read, render, or make a job of it. Everything that the path alone tells is refused before the body is read. */
export async function transformUpload(c: Context, services: Services): Promise<Response> {
  const { config, effects, rules } = services;
  const began = services.now();
  const { url } = c.req.raw;
  await checkUrlSignature(url, services);
  await countRequest(c, services);
  const inputs = new Set(effects.flatMap((effect) => effect.further.params));
  const asked = readUploadUrl(url, rules, inputs);
  checkExpiry(asked, services);
  await placesOf(asked, services);
  if (!asked.steps.some(isGpuOnly)) services.gate.check();

  const answer = await withUpload(c, services, {
    planOf: (_, extra) => readUploadUrl(url, rules, extra),
    use(plan, blobs) {
      const output = outputChoice(plan, c.req.header('accept') ?? null, services);
      const timing = {
        fetched: services.now() - began,
        budget: config.EDGE_BUDGET_MS,
        name: 'upload',
      };
      const respond = (rendered: Rendered): Response => {
        note(c, { rendered });
        return pictureResponse(rendered, { 'Cache-Control': KEPT_NOWHERE, Vary: 'Accept' }, timing);
      };
      const keyed = { plan, output };
      return renderOrSubmit(c, keyed, { blobs, name: timing.name, respond }, services);
    },
  });
  if (answer instanceof Response) return answer;
  const { job, applied } = await awaitJob(c, answer.job, services);
  const { token } = answer;
  return answerWithJob(c, { job, token, cacheControl: KEPT_NOWHERE, applied }, services);
}
