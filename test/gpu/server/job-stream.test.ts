import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { streamJob } from '../../../src/gpu/server/job-stream.ts';
import { createLiveJob } from '../../../src/gpu/table/live-job.ts';

const head = { id: 'j', run: 1, attempt: 1, plan: 'w=8', accept: null, inputs: [] };

describe('the stream of a job', () => {
  it('has no reader if the client was gone before it began', async () => {
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    await new Promise((resolve) => response.once('close', resolve).destroy());
    const job = createLiveJob(head, '/none', { onHeard: () => {}, onEnd: () => {} });
    streamJob(job, response, { heartbeatMs: 60_000 });
    expect(job.isHeard()).toBe(false);
  });
});
