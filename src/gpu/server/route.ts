// Routes a request to its handler.
import { AppError } from '../../errors.ts';
import type { Made } from '../../jobs/blobs.ts';
import { putJob, putPart } from './put-job.ts';
import { sendFile } from './send-file.ts';
import { sendJson } from './send-json.ts';
import { sendState } from './send-state.ts';
import type { BackendServices, Exchange } from './services.ts';
import { verify } from './verify.ts';

const PART_PATH = /^\/jobs\/([\w-]{1,64})\/parts\/([0-9a-f]{64})\?at=(\d{1,13})&bytes=(\d{1,13})$/;
const JOB_PATH = /^\/jobs\/([\w-]{1,64})(?:\/(result|preview|checkpoint))?(?:\?run=(\d{1,15}))?$/;

/** Answers a request. Throws `not_found`, `method_not_allowed`, `job_missing`, and what the handlers throw. */
export async function route(exchange: Exchange, services: BackendServices): Promise<void> {
  const { request, response } = exchange;
  const { method = '', url = '' } = request;
  if (url === '/health' || url === '/metrics') return sendState(exchange, services);
  const part = PART_PATH.exec(url);
  if (part) {
    if (method !== 'PUT') throw new AppError('method_not_allowed', `expected PUT, got ${method}`);
    const [, id, sha256, at, bytes] = part;
    return putPart(
      { id: id!, sha256: sha256!, at: Number(at), bytes: Number(bytes) },
      exchange,
      services,
    );
  }
  const [, id, kind, run] = JOB_PATH.exec(url) ?? [];
  if (id === undefined) throw new AppError('not_found', 'expected /jobs/<id>, /health or /metrics');
  if (kind === undefined && method === 'PUT') return putJob(id, exchange, services);
  if (method !== (kind === undefined ? 'DELETE' : 'GET')) {
    throw new AppError('method_not_allowed', `expected another method, got ${method}`);
  }
  await verify(exchange, services);
  const job = services.table.find(id);
  if (!job || (run !== undefined && job.head.run !== Number(run))) {
    throw new AppError('job_missing', 'expected the id and run of a job that is here');
  }
  if (kind !== undefined) return sendFile(job, kind as Made, response);
  services.table.cancel(id);
  sendJson(response, { stage: job.stage() });
}
