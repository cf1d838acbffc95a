import { describe, expect, it } from 'vitest';
import {
  codecs,
  heavy,
  pixelOf,
  preview,
  result,
  source,
  submitted,
} from '../../helpers/services/heavy-plan.ts';
import { createJobTestService } from '../../helpers/services/job-service.ts';

describe('pending=preview', () => {
  const pending = `/t/f=png,pending=preview/${heavy}/${source}`;

  it('is the plan without its GPU-only steps, then the newest preview, then the picture', async () => {
    const service = await createJobTestService(codecs);
    const first = await service.ask(pending);
    expect([first.status, first.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await pixelOf(first)).toEqual([0, 0, 0]);
    const [id] = [...service.engine.jobs.keys()] as [string];

    const fetched = service.fetched.length;
    expect(await pixelOf(await service.ask(pending))).toEqual([0, 0, 0]);
    service.engine.preview(id, preview, 1);
    const second = await service.ask(pending);
    expect([second.status, second.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await pixelOf(second)).toEqual([30, 200, 30]);
    expect(await pixelOf(await service.ask(pending))).toEqual([30, 200, 30]);

    service.engine.succeed(id, result);
    const last = await service.ask(pending);
    expect(last.headers.get('cache-control')).toContain('max-age=');
    expect(await pixelOf(last)).toEqual([200, 30, 30]);
    expect(service.fetched.length).toBe(fetched);
    expect(service.engine.requests.length).toBe(1);
  });

  it('has the format that the URL asks for', async () => {
    const service = await createJobTestService(codecs);
    const path = `/t/pending=preview/${heavy}/${source}`;
    const headers = { Accept: 'image/webp' };
    const first = await service.ask(path, { headers });
    expect(first.headers.get('content-type')).toBe('image/webp');
    const [id] = [...service.engine.jobs.keys()] as [string];
    service.engine.preview(id, preview, 1);
    expect((await service.ask(path, { headers })).headers.get('content-type')).toBe('image/webp');
  });

  it('creates the same job as without the option, and changes nothing if no job is needed', async () => {
    const service = await createJobTestService(codecs);
    await service.ask(pending);
    await submitted(service, `/t/f=png/${heavy}/${source}`);
    expect(service.engine.jobs.size).toBe(1);
    const light = await service.ask(`/t/w=8,pending=preview/${source}`);
    expect(light.headers.get('cache-control')).toContain('max-age=');
    const same = await service.ask(`/t/w=8/${source}`);
    expect(same.headers.get('cache-status')).toMatch(/^tessera; hit; ttl=\d+$/);
  });

  it('falls back to the plan if a preview cannot be read', async () => {
    const service = await createJobTestService(codecs);
    await service.ask(pending);
    const [id] = [...service.engine.jobs.keys()] as [string];
    service.engine.preview(id, preview.slice(0, 40), 1);
    expect(await pixelOf(await service.ask(pending))).toEqual([0, 0, 0]);
    const fetched = service.fetched.length;
    expect((await service.ask(pending)).status).toBe(200);
    expect(service.fetched.length).toBe(fetched);
  });

  it('does not hide that a job failed', async () => {
    const service = await createJobTestService(codecs);
    await service.ask(pending);
    const [id] = [...service.engine.jobs.keys()] as [string];
    service.engine.change(id, { state: 'failed', error: { code: 'undecodable', message: 'no' } });
    expect((await service.ask(pending)).status).toBe(422);
  });
});
