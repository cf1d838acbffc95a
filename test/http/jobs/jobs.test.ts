import { describe, expect, it } from 'vitest';
import type { Job } from '../../../src/jobs/job.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { asOption, PICTURES } from '../../helpers/services/in-memory-service.ts';
import { createJobTestService, type JobTestService } from '../../helpers/services/job-service.ts';

const codecs = await loadCodecs();
const style = `style,engine=vgg19,style=${asOption(`${PICTURES}style.png`)}`;
const picture = new Uint8Array([1, 2, 3, 4, 5]);
const MISSING = `/v1/jobs/${'a'.repeat(52)}`;

async function submitted(service: JobTestService): Promise<{ id: string; token: string }> {
  const response = await service.ask('/v1/jobs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ plan: style, source: `${PICTURES}content.png` }),
  });
  return response.json();
}

const told = async (service: JobTestService, path: string): Promise<unknown[]> => {
  const response = await service.ask(path);
  const { headers } = response;
  return [response.status, headers.get('x-error'), headers.get('retry-after')];
};

describe('the document of a job', () => {
  it('has the state, links, and when to ask again', async () => {
    const service = await createJobTestService(codecs);
    const { id } = await submitted(service);
    const progress = { step: 3, steps: 10, losses: { style: 0.5 } };
    service.engine.change(id, { state: 'running', attempt: 1, progress });
    const response = await service.ask(`/v1/jobs/${id}`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('retry-after')).toBe('2');
    const document = await response.json();
    expect(document).toMatchObject({ id, state: 'running', attempt: 1, run: 1, progress });
    expect(document).not.toHaveProperty('token');
    expect(Object.values((document as { links: Record<string, string> }).links)).toEqual([
      `/v1/jobs/${id}`,
      ...['events', 'result', 'preview'].map((part) => `/v1/jobs/${id}/${part}`),
    ]);
    service.engine.succeed(id, picture);
    const ended = await service.ask(`/v1/jobs/${id}`);
    expect(ended.headers.get('retry-after')).toBeNull();
    expect(await ended.json()).toMatchObject({
      state: 'succeeded',
      result: { url: `/v1/jobs/${id}/result`, bytes: 5, mime: 'image/png' },
    });
  });

  it('is missing for unknown ids; malformed ids are not looked up', async () => {
    const service = await createJobTestService(codecs);
    service.engine.service.find = async (id) => {
      expect(id).toMatch(/^[a-z2-7]{52}$/);
      return undefined;
    };
    const paths = ['x', 'a'.repeat(51), 'A'.repeat(52), `${'a'.repeat(51)}1`, '..%2F..', '%00'];
    for (const path of [MISSING, ...paths.map((id) => `/v1/jobs/${id}`)])
      for (const part of ['', '/events', '/result', '/preview'])
        expect(await told(service, path + part)).toEqual([404, 'job_missing', null]);
  });
});

describe('the result of a job', () => {
  it('is not ready while the job runs, and says when to ask again', async () => {
    const service = await createJobTestService(codecs);
    const { id } = await submitted(service);
    for (const state of ['queued', 'running'] as const) {
      service.engine.change(id, { state });
      const answer = await told(service, `/v1/jobs/${id}/result`);
      expect(answer).toEqual([409, 'not_ready', expect.stringMatching(/^\d+$/)]);
    }
  });

  it('is the picture, immutable, and 304 for clients that have it', async () => {
    const service = await createJobTestService(codecs);
    const { id } = await submitted(service);
    service.engine.succeed(id, picture);
    const response = await service.ask(`/v1/jobs/${id}/result`);
    const { headers } = response;
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-type')).toBe('image/png');
    expect(headers.get('content-length')).toBe('5');
    expect(headers.get('content-disposition')).toBe('inline; filename="picture.png"');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(picture);
    const tag = headers.get('etag') as string;
    expect(tag).toMatch(/^"[0-9a-f]{64}"$/);
    service.engine.forgetBlobs();
    for (const header of [tag, `"x", ${tag}`, '*']) {
      const again = await service.ask(`/v1/jobs/${id}/result`, {
        headers: { 'If-None-Match': header },
      });
      expect([again.status, again.headers.get('etag')]).toEqual([304, tag]);
    }
    expect((await told(service, `/v1/jobs/${id}/result`)).slice(0, 2)).toEqual([
      404,
      'job_missing',
    ]);
  });

  it('is a problem document if the job failed or was canceled', async () => {
    const service = await createJobTestService(codecs);
    const { id } = await submitted(service);
    const ends: [Partial<Job>, unknown[]][] = [
      [
        { state: 'failed', error: { code: 'backend_unavailable', message: 'all are silent' } },
        [503, 'backend_unavailable', null],
      ],
      [
        { state: 'failed', error: { code: 'undecodable', message: 'a broken file' } },
        [422, 'undecodable', null],
      ],
      [{ state: 'canceled' }, [409, 'not_ready', null]],
    ];
    for (const [change, answer] of ends) {
      service.engine.change(id, change);
      expect(await told(service, `/v1/jobs/${id}/result`)).toEqual(answer);
    }
  });
});

describe('the preview of a job', () => {
  it('is not ready until there is one, then the newest, and 304 for clients that have it', async () => {
    const service = await createJobTestService(codecs);
    const { id } = await submitted(service);
    expect((await told(service, `/v1/jobs/${id}/preview`)).slice(0, 2)).toEqual([409, 'not_ready']);
    service.engine.preview(id, picture, 1);
    const response = await service.ask(`/v1/jobs/${id}/preview`);
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    const headers = { 'If-None-Match': response.headers.get('etag') as string };
    expect((await service.ask(`/v1/jobs/${id}/preview`, { headers })).status).toBe(304);
    service.engine.preview(id, picture.slice(1), 2);
    expect((await service.ask(`/v1/jobs/${id}/preview`, { headers })).status).toBe(200);
  });
});

describe('the events of a job', () => {
  const first = async (response: Response): Promise<string> => {
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    await reader.cancel();
    return new TextDecoder().decode(value);
  };

  it('continue after the last one that the client names in a header or a parameter', async () => {
    const service = await createJobTestService(codecs);
    const path = `/v1/jobs/${(await submitted(service)).id}/events`;
    const fresh = await service.ask(path);
    expect(fresh.headers.get('content-type')).toBe('text/event-stream');
    expect(fresh.headers.get('cache-control')).toBe('no-store');
    expect(await first(fresh)).toContain('id: 1\n');
    const headers = { 'Last-Event-ID': '41' };
    expect(await first(await service.ask(`${path}?lastEventId=7`, { headers }))).toContain(
      'id: 42\n',
    );
    expect(await first(await service.ask(`${path}?lastEventId=7`))).toContain('id: 8\n');
    expect(service.engine.cancelled()).toBe(3);
  });

  it('are refused if the last event is not a number', async () => {
    const service = await createJobTestService(codecs);
    const path = `/v1/jobs/${(await submitted(service)).id}/events`;
    for (const text of ['-1', '1.5', 'x', '9'.repeat(16)])
      expect((await told(service, `${path}?lastEventId=${text}`)).slice(0, 2)).toEqual([
        400,
        'bad_option',
      ]);
  });
});

describe('cancelling a job', () => {
  const cancel = (service: JobTestService, id: string, authorization?: string) =>
    service.ask(`/v1/jobs/${id}`, {
      method: 'DELETE',
      ...(authorization !== undefined && { headers: { Authorization: authorization } }),
    });

  it('requires the token of the submit', async () => {
    const service = await createJobTestService(codecs);
    const { id, token } = await submitted(service);
    for (const wrong of [undefined, '', 'Bearer', 'Bearer x', `Basic ${token}`, token]) {
      const refused = await cancel(service, id, wrong);
      expect([refused.status, refused.headers.get('x-error')]).toEqual([403, 'bad_signature']);
    }
    const response = await cancel(service, id, `Bearer ${token}`);
    expect([response.status, await response.json()]).toEqual([
      200,
      expect.objectContaining({ id, state: 'canceled' }),
    ]);
  });

  it('does not change a finished job', async () => {
    const service = await createJobTestService(codecs);
    const { id, token } = await submitted(service);
    service.engine.succeed(id, picture);
    const response = await cancel(service, id, `Bearer ${token}`);
    expect(await response.json()).toMatchObject({ state: 'succeeded' });
  });
});

describe('the routes of jobs', () => {
  const allowed: [string, string][] = [
    ['/v1/jobs', 'POST, OPTIONS'],
    [MISSING, 'GET, HEAD, DELETE, OPTIONS'],
    ...['events', 'result', 'preview'].map((part): [string, string] => [
      `${MISSING}/${part}`,
      'GET, HEAD, OPTIONS',
    ]),
  ];

  it.each(allowed)('%s list their methods in Allow', async (path, methods) => {
    const service = await createJobTestService(codecs);
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      if (methods.includes(method)) continue;
      const response = await service.ask(path, { method });
      expect([method, response.status, response.headers.get('allow')]).toEqual([
        method,
        405,
        methods,
      ]);
    }
    const preflight = await service.ask(path, { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toBe(methods);
    for (const header of ['Authorization', 'Last-Event-ID', 'Prefer'])
      expect(preflight.headers.get('access-control-allow-headers')).toContain(header);
    for (const header of ['Location', 'Retry-After'])
      expect(preflight.headers.get('access-control-expose-headers')).toContain(header);
  });

  it('answer HEAD with the headers of GET, and leave no stream open', async () => {
    const service = await createJobTestService(codecs);
    const { id } = await submitted(service);
    service.engine.preview(id, picture, 1);
    service.engine.succeed(id, picture);
    const parts = ['', '/events', '/result', '/preview'];
    for (const part of parts) {
      const path = `/v1/jobs/${id}${part}`;
      const [get, head] = [await service.ask(path), await service.ask(path, { method: 'HEAD' })];
      expect([head.status, await head.text()]).toEqual([200, '']);
      for (const name of ['content-type', 'etag', 'cache-control'])
        expect(head.headers.get(name)).toBe(get.headers.get(name));
      await get.body?.cancel();
    }
    // The streams of GET, which this test cancelled, and as many of HEAD.
    expect(service.engine.cancelled()).toBe(6);
  });
});
