// Answers with the newest file of a job: its result, a preview or a checkpoint.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../errors.ts';
import type { Made } from '../../jobs/blobs.ts';
import type { TableJob } from '../table/table.ts';

/** How often a file is opened that is replaced at the same moment. */
const TRIES = 4;

/** Streams the file. Throws `not_ready` if the job has none of this kind. */
export async function sendFile(job: TableJob, kind: Made, response: ServerResponse): Promise<void> {
  const { file, handle } = await openFile(job, kind);
  response.writeHead(200, {
    'content-type': file.mime,
    'content-length': file.bytes,
    etag: `"${file.sha256}"`,
    'cache-control': 'no-store',
  });
  await pipeline(createReadStream('', { fd: handle, autoClose: true }), response);
}

// A newer file may replace this one at any time, and the path is deleted then. An open file stays readable.
async function openFile(job: TableJob, kind: Made) {
  for (let attempt = 1; ; attempt++) {
    const file = job.file(kind);
    if (!file) throw new AppError('not_ready', `expected a job that has a ${kind}`);
    try {
      return { file, handle: await open(file.path) };
    } catch (error) {
      if (attempt === TRIES) throw error;
    }
  }
}
