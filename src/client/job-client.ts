// The client's side of jobs: submit, read, follow, fetch the result, cancel.
import { digestOf } from '../crypto.ts';
import type { jobDocument } from '../http/jobs/document.ts';
import { requestText, SIGNATURE_HEADER, type SigningKey, signText } from '../signing.ts';
import { type FollowOptions, followJob, type JobEvent } from './job-events.ts';
import { type RequestPorts, request } from './request.ts';

/** The service's description of a job; only the response to a submit has `token`. */
export type JobDocument = ReturnType<typeof jobDocument>;

/** A plan with its source, or a plan whose pictures are uploaded; plan builders have this form. */
export type PlannedWork = { plan: string; source?: string | undefined };

export type SubmitOptions = {
  /** Uploads for a plan without source: `image`, and one for each further image. */
  pictures?: Readonly<Record<string, Blob>>;
  /** Seconds that the response may wait for the job's end. */
  wait?: number;
  signal?: AbortSignal;
};

type Asked = { signal?: AbortSignal };

/** Jobs are named by their ids. All methods throw what `request` throws. */
export type JobClient = {
  /** Submits a job; the request is signed if there are keys. Submitting the same work again returns the same job. */
  submit: (work: PlannedWork, options?: SubmitOptions) => Promise<JobDocument>;
  state: (id: string, options?: Asked) => Promise<JobDocument>;
  /** Events until the job has ended. */
  events: (id: string, options?: FollowOptions) => AsyncGenerator<JobEvent, void, undefined>;
  /** The result. Throws `not_ready` while the job is running, and the job's own error if it failed. */
  result: (id: string, options?: Asked) => Promise<Response>;
  /** The newest preview. Throws `not_ready` if there is none yet. */
  preview: (id: string, options?: Asked) => Promise<Response>;
  /** Cancels the job; `token` comes from the response to its submit. */
  cancel: (id: string, token?: string, options?: Asked) => Promise<JobDocument>;
};

const PATH = '/v1/jobs';

/** The jobs of a service; `key` signs submits. */
export function createJobClient(ports: RequestPorts, key: SigningKey | undefined): JobClient {
  const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;
  const document = (response: Response): Promise<JobDocument> => response.json();
  const whole = (response: Response): Response => response;

  return {
    async submit(work, { pictures, wait, signal } = {}) {
      const { body, type } = await bodyOf(work, pictures);
      const headers = {
        'Content-Type': type,
        ...(wait !== undefined && { Prefer: `wait=${wait}` }),
        ...(key && { [SIGNATURE_HEADER]: await signBody(body, key) }),
      };
      const patient = { ...ports, timeoutMs: ports.timeoutMs + 1000 * (wait ?? 0) };
      return request(PATH, { method: 'POST', headers, body, signal }, patient, document);
    },
    state: (id, { signal } = {}) => request(pathOf(id), { signal }, ports, document),
    events: (id, options = {}) => followJob(`${pathOf(id)}/events`, options, ports),
    result: (id, { signal } = {}) => request(`${pathOf(id)}/result`, { signal }, ports, whole),
    preview: (id, { signal } = {}) => request(`${pathOf(id)}/preview`, { signal }, ports, whole),
    cancel(id, token, { signal } = {}) {
      const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
      return request(pathOf(id), { method: 'DELETE', headers, signal }, ports, document);
    },
  };
}

async function signBody(body: Uint8Array, key: SigningKey): Promise<string> {
  const digest = await digestOf(body);
  return signText(requestText({ method: 'POST', path: PATH, digest }), key);
}

// Serialised to bytes first, because the signature covers exactly the bytes that are sent, including multipart boundaries.
async function bodyOf(
  { plan, source }: PlannedWork,
  pictures: Readonly<Record<string, Blob>> | undefined,
): Promise<{ body: Uint8Array<ArrayBuffer>; type: string }> {
  if (!pictures) {
    const body = new TextEncoder().encode(JSON.stringify({ plan, source }));
    return { body, type: 'application/json' };
  }
  const form = new FormData();
  form.set('plan', plan);
  for (const [name, picture] of Object.entries(pictures)) form.set(name, picture, name);
  const encoded = new Response(form);
  const type = encoded.headers.get('content-type')!;
  return { body: new Uint8Array(await encoded.arrayBuffer()), type };
}
