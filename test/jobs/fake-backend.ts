// A GPU backend that computes nothing and misbehaves on request. It takes web requests, so that tests can call it in place or over HTTP.
import { createHash } from 'node:crypto';
import { type BackendKey, SIGNATURE_HEADER, verifyRequest } from '../../src/jobs/auth.ts';
import type { JobHead, JobLine } from '../../src/jobs/protocol.ts';

/** What it does with a submitted job. */
export type Act =
  | 'good'
  /** Runs until `finish` is called, with a progress line every `lineMs`. */
  | 'slow'
  | 'refuse'
  | 'status 500'
  | 'busy'
  /** Refuses a job with a checkpoint. */
  | 'no checkpoint'
  | 'silent'
  | 'cut'
  | 'cut after checkpoint'
  | 'garbage'
  | 'lying result'
  | 'lying checkpoint'
  | 'short result'
  | 'error'
  | 'fatal';

export type FakeBackend = {
  fetch: (request: Request) => Promise<Response>;
  /** What it does with the next jobs; `good` when the list is empty. */
  acts: Act[];
  heads: JobHead[];
  /** Paths of the parts that came. */
  parts: string[];
  /** Jobs rendered to the end. */
  rendered: string[];
  canceled: string[];
  /** Lets slow jobs end. */
  finish: () => void;
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The result of rendering: bytes that depend on the plan and all inputs. */
export const renderOf = (plan: string, inputs: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const hash = createHash('sha256').update(plan);
  for (const input of inputs) hash.update(input);
  return new Uint8Array(hash.digest());
};

type Rendering = {
  result: Uint8Array<ArrayBuffer>;
  act: Act;
  canceled: boolean;
  /** Whether later connections attach to it, even after it has ended; others begin a new one. */
  isKept: boolean;
  isRendered: boolean;
};

export function createFakeBackend(
  keys: readonly BackendKey[],
  {
    lineMs = 1,
    models = [],
    bytes = 32,
    login,
    bodyLimit = Number.POSITIVE_INFINITY,
  }: {
    lineMs?: number;
    /** The header `login` that every request needs, as if a login were in front of the backend. */
    login?: string;
    /** Largest body that the proxy in front of the backend lets through, in bytes. */
    bodyLimit?: number;
    models?: readonly string[];
    /** Size of results and checkpoints. */
    bytes?: number;
  } = {},
): FakeBackend {
  const jobs = new Map<string, Rendering>();
  const parts = new Map<string, Uint8Array>();
  const backend: FakeBackend = {
    acts: [],
    heads: [],
    parts: [],
    rendered: [],
    canceled: [],
    finish() {
      for (const job of jobs.values()) if (job.act === 'slow') job.act = 'good';
    },
    async fetch(request) {
      const { pathname, search, searchParams } = new URL(request.url);
      if (login !== undefined && request.headers.get('login') !== login)
        return new Response('<h1>Log in</h1>', { status: 403 });
      if (pathname === '/health') return Response.json({ models });
      const header = request.headers.get(SIGNATURE_HEADER);
      const signed = { method: request.method, path: pathname + search, header };
      const [, , id, blob] = pathname.split('/') as [string, string, string, string?];
      if (request.method === 'PUT') {
        const body = new Uint8Array(await request.arrayBuffer());
        if (body.length > bodyLimit) return new Response('<h1>Too large</h1>', { status: 413 });
        if (blob !== 'parts') return take(body, signed, id);
        await verifyRequest(signed, { keys, now: Date.now() });
        return addPart(body, pathname, Number(searchParams.get('at')));
      }
      await verifyRequest(signed, { keys, now: Date.now() });
      const job = jobs.get(`${id}.${searchParams.get('run')}`);
      if (request.method === 'DELETE') {
        backend.canceled.push(id);
        if (job) job.canceled = true;
        return new Response(null, { status: 204 });
      }
      return job ? answer(blob as string, job) : new Response('none', { status: 404 });
    },
  };

  function addPart(body: Uint8Array, path: string, at: number): Response {
    const before = at === 0 ? new Uint8Array(0) : parts.get(path);
    if (before?.length !== at) return new Response('gap', { status: 409 });
    parts.set(path, Buffer.concat([before, body]));
    backend.parts.push(path);
    return Response.json({});
  }

  async function take(
    body: Uint8Array<ArrayBuffer>,
    signed: Parameters<typeof verifyRequest>[0],
    id: string,
  ): Promise<Response> {
    const act = backend.acts.shift() ?? 'good';
    if (act === 'refuse') throw new TypeError('connection refused');
    if (act === 'status 500') return new Response('broken', { status: 500 });
    if (act === 'busy')
      return new Response('full', { status: 429, headers: { 'Retry-After': '0' } });
    const length = new DataView(body.buffer).getUint32(0);
    const headBytes = body.slice(4, 4 + length);
    await verifyRequest({ ...signed, head: headBytes }, { keys, now: Date.now() });
    const head = JSON.parse(new TextDecoder().decode(headBytes)) as JobHead;
    backend.heads.push(head);
    if (act === 'no checkpoint' && head.checkpoint)
      return Response.json({ code: 'too_many_bytes', message: 'told to' }, { status: 413 });
    if (head.id !== id) throw new Error('the path has another id');
    const key = `${id}.${head.run}`;
    const attached = jobs.get(key);
    const came = partsOf(head, parts);
    if (head.apart && !came && !attached?.isKept)
      return Response.json({ code: 'not_ready', message: 'no blobs' }, { status: 409 });
    const inputs = head.apart
      ? (came ?? []).slice(0, head.inputs.length)
      : blobsOf(head, body.subarray(4 + length));
    const result = repeated(renderOf(head.plan, inputs), bytes);
    const job: Rendering = attached?.isKept
      ? attached
      : { result, act, canceled: false, isKept: act === 'slow', isRendered: false };
    jobs.set(key, job);
    return new Response(streamOf(linesOf(job, head)), {
      headers: { 'Content-Type': 'application/x-ndjson' },
    });
  }

  async function* linesOf(job: Rendering, head: JobHead): AsyncGenerator<JobLine | string> {
    const from = head.checkpoint?.step ?? 0;
    yield { type: 'accepted', device: 'fake', ahead: 0 };
    if (job.act === 'silent') await new Promise(() => {});
    yield { type: 'started' };
    if (job.act === 'garbage') yield '<html>gateway</html>';
    yield { type: 'progress', step: from + 1, steps: 4, losses: { style: 1 } };
    if (job.act === 'cut') return;
    const picture = { bytes: job.result.byteLength, sha256: sha256(job.result) };
    if (job.result.byteLength < 2 ** 20)
      yield { type: 'preview', step: from + 1, mime: 'image/webp', ...picture };
    yield { type: 'checkpoint', step: from + 2, ...picture };
    if (job.act === 'cut after checkpoint') return;
    for (let step = 0; job.act === 'slow' && !job.canceled; step++) {
      yield { type: 'progress', step: from + 3, steps: 4, losses: { style: 1 / (step + 2) } };
      await new Promise((resolve) => setTimeout(resolve, lineMs));
    }
    if (job.canceled) {
      yield { type: 'canceled', seconds: 1 };
      return;
    }
    if (job.act === 'error' || job.act === 'fatal') {
      const [code, retryable] =
        job.act === 'error' ? (['internal', true] as const) : (['over_budget', false] as const);
      yield { type: 'error', code, message: 'told to', retryable, seconds: 2 };
      return;
    }
    if (!job.isRendered) backend.rendered.push(head.id);
    job.isRendered = true;
    const size = { width: 2, height: 2, extension: 'webp', mime: 'image/webp' };
    yield { type: 'result', seconds: 2, report: [{ steps: 4 }], ...size, ...picture };
  }

  return backend;
}

const repeated = (part: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> =>
  Buffer.alloc(bytes, part);

function answer(blob: string, { result, act }: Rendering): Response {
  const lie = act === `lying ${blob}`;
  const bytes = lie ? result.map((byte) => byte ^ 1) : result;
  return new Response(act === `short ${blob}` ? bytes.subarray(1) : bytes, {
    headers: { ETag: `"${sha256(result)}"` },
  });
}

function blobsOf({ inputs, checkpoint }: JobHead, rest: Uint8Array): Uint8Array[] {
  let at = 0;
  const parts = [...inputs, ...(checkpoint ? [checkpoint] : [])].map(
    ({ bytes, sha256: digest }) => {
      const part = rest.subarray(at, at + bytes);
      at += bytes;
      if (sha256(part) !== digest) throw new Error('a blob has another digest');
      return part;
    },
  );
  if (at !== rest.byteLength) throw new Error('the body has another length');
  return parts.slice(0, inputs.length);
}

/** The blobs of a job if all have come in parts. */
function partsOf(head: JobHead, parts: ReadonlyMap<string, Uint8Array>): Uint8Array[] | undefined {
  const blobs = [...head.inputs, ...(head.checkpoint ? [head.checkpoint] : [])].map((blob) => {
    const came = parts.get(`/jobs/${head.id}/parts/${blob.sha256}`);
    return came && sha256(came) === blob.sha256 ? came : undefined;
  });
  return blobs.every((blob) => blob !== undefined) ? blobs : undefined;
}

function streamOf(lines: AsyncGenerator<JobLine | string>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await lines.next();
      if (done) return controller.close();
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      controller.enqueue(new TextEncoder().encode(`${text}\n`));
    },
  });
}
