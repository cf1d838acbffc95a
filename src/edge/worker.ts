// Entry of the Cloudflare Worker: what clients reach, and the renderer that it asks if Workers Cache is in front of that.
import { WorkerEntrypoint } from 'cloudflare:workers';
import type { Hono } from 'hono';
import { problemResponse } from '../http/problem.ts';
import { rendererRequest } from '../http/transform/rendered.ts';
import type { Env } from './env.ts';
import { type Service, serviceFor } from './service.ts';

export { CpuBackend, GpuDay, JobObject, JobWorkflow } from './jobs/jobs.ts';

type Context = Parameters<Hono['fetch']>[2];

/** The entrypoint whose answers the platform caches, if `WORKERS_CACHE` and the configuration say so. Only this Worker reaches it. */
export class Renderer extends WorkerEntrypoint<Env> {
  fetch(request: Request): Response | Promise<Response> {
    const { renderer } = serviceFor(request, this.env);
    return renderer().fetch(rendererRequest(request), this.env, this.ctx as Context);
  }

  /** Drops what the platform has of these tags; `false` if it refuses. It drops what the calling entrypoint stored, so it is called here. */
  async purgeTags(tags: readonly string[]): Promise<boolean> {
    const { cache } = this.ctx;
    if (!cache) return true;
    const { success, errors } = await cache.purge({ tags: [...tags] });
    if (!success) console.error(JSON.stringify({ event: 'purge_refused', errors }));
    return success;
  }
}

export default {
  fetch(request: Request, env: Env, context: { waitUntil: (work: Promise<unknown>) => void }) {
    let service: Service;
    try {
      service = serviceFor(request, env);
    } catch (error) {
      console.error(JSON.stringify({ event: 'misconfigured', message: String(error) }));
      return problemResponse(error, { 'X-Request-Id': crypto.randomUUID() });
    }
    return service.app.fetch(request, env, context as Context);
  },
};
