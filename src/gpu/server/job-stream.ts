// Answers with the lines of a job as JSON, with heartbeats in between.
import type { ServerResponse } from 'node:http';
import { isLast } from '../messages.ts';
import type { TableJob } from '../table/table.ts';

/** Most bytes that may wait for a slow reader. One that is slower is disconnected; it may connect again. */
const MAX_PENDING_BYTES = 2 ** 20;

/** Streams the lines so far and each new one, until the last line or until the reader leaves. */
export function streamJob(
  job: TableJob,
  response: ServerResponse,
  { heartbeatMs }: { heartbeatMs: number },
): void {
  // A response that is closed already does not emit `close` again.
  if (response.destroyed) return;
  response.writeHead(200, {
    'content-type': 'application/x-ndjson',
    'cache-control': 'no-store, no-transform',
    // Asks proxies not to buffer lines.
    'x-accel-buffering': 'no',
  });
  const write = (line: object): void => {
    response.write(`${JSON.stringify(line)}\n`);
    if (response.writableLength > MAX_PENDING_BYTES) response.destroy();
  };
  const heartbeat = setInterval(() => write({ type: 'heartbeat' }), heartbeatMs);
  let leave = (): void => {};
  const end = (): void => {
    clearInterval(heartbeat);
    leave();
  };
  response.on('close', end);
  leave = job.listen((line) => {
    heartbeat.refresh();
    write(line);
    if (isLast(line)) {
      clearInterval(heartbeat);
      response.end();
    }
  });
}
