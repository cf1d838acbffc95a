// Reports the state of the backend: `/health` for operators and for the Worker, which reads the models; `/metrics` for Prometheus.
import { freemem } from 'node:os';
import { AppError } from '../../errors.ts';
import { sendJson } from './send-json.ts';
import type { BackendServices, Exchange } from './services.ts';

/** Answers `/health` and `/metrics`. Throws `method_not_allowed`. */
export async function sendState(
  { request, response }: Exchange,
  { table, pool, metrics, models, settings }: BackendServices,
): Promise<void> {
  const { method, url } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    throw new AppError('method_not_allowed', `expected GET, got ${method}`);
  }
  if (url === '/metrics') {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(metrics.text(table, pool));
    return;
  }
  const broken = pool.broken();
  const device = pool.device();
  sendJson(
    response,
    {
      status: broken === undefined ? (device ? 'ok' : 'starting') : 'broken',
      ...(broken !== undefined && { reason: broken }),
      device: device ?? null,
      memory: { freeBytes: freemem(), renderersBytes: pool.state().memoryBytes },
      models: await models(),
      slots: settings.GPU_SLOTS,
      jobs: table.state(),
      queue: settings.GPU_QUEUE,
    },
    { status: broken === undefined ? 200 : 503 },
  );
}
