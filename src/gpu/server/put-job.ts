// Answers `PUT /jobs/<id>`: joins the job if it is here, else receives it, and streams its lines. Receives parts of blobs before.
import { AppError } from '../../errors.ts';
import { blobBytes, blobsOf } from '../../jobs/head.ts';
import type { ArrivingJob } from '../table/table.ts';
import { type BodyReader, createBodyReader } from './body-reader.ts';
import { streamJob } from './job-stream.ts';
import type { BlobPart } from './parts.ts';
import { checkSizes, parseHead, type SaveBlob, takeBlobs, takeHead } from './receive-job.ts';
import { sendJson } from './send-json.ts';
import type { BackendServices, Exchange } from './services.ts';
import { verify } from './verify.ts';

/**
 * Most bytes that are read and dropped of a request that is refused, beyond what its head announces. A client that is still sending
 * does not read the answer, so the body is read before the connection is cut.
 */
const SPARE_BYTES = 2 ** 20;

/** Throws `bad_body`, `bad_signature`, `too_many_bytes`, `not_ready`, `busy`, `backend_unavailable`. */
export async function putJob(
  id: string,
  exchange: Exchange,
  services: BackendServices,
): Promise<void> {
  const { settings, table } = services;
  const body = createBodyReader(exchange.request);
  let unread = 0;
  try {
    const bytes = await takeHead(body);
    await verify(exchange, services, bytes);
    const head = parseHead(bytes, id);
    unread = head.apart ? 0 : blobBytes(head);
    checkSizes(head, settings);
    let job = table.join(head);
    if (!job) {
      table.check();
      if (head.apart) services.parts.check(head.id, blobsOf(head));
      const arriving = table.open(head);
      await receive(arriving, body, services);
      unread = 0;
      job = arriving.job;
    }
    streamJob(job, exchange.response, { heartbeatMs: settings.GPU_HEARTBEAT_MS });
  } finally {
    void body.drain(unread + SPARE_BYTES);
  }
}

/** Throws `bad_body`, `bad_signature`, `too_many_bytes`, `not_ready`, `busy`. */
export async function putPart(
  part: BlobPart,
  exchange: Exchange,
  services: BackendServices,
): Promise<void> {
  const body = createBodyReader(exchange.request);
  let unread = 0;
  try {
    await verify(exchange, services);
    unread = part.bytes;
    await services.parts.add(part, body);
    unread = 0;
    sendJson(exchange.response, { bytes: part.at + part.bytes });
  } finally {
    void body.drain(unread + SPARE_BYTES);
  }
}

async function receive(
  { job, start, drop }: ArrivingJob,
  body: BodyReader,
  { parts }: BackendServices,
): Promise<void> {
  const { head, folder } = job;
  const { id } = head;
  const save: SaveBlob = head.apart
    ? (file, { bytes, sha256 }) => parts.link({ id, bytes, sha256 }, file)
    : body.save;
  try {
    const work = await takeBlobs(head, folder, save);
    await body.end();
    if (head.apart) await parts.drop(id);
    start(work);
  } catch (error) {
    drop(error instanceof AppError ? error : new AppError('bad_body', 'the body did not come'));
    throw error;
  }
}
