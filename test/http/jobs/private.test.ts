// Jobs whose sources must not be shared: their pictures are not for shared caches either.
import { describe, expect, it } from 'vitest';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { asOption, PICTURES } from '../../helpers/services/in-memory-service.ts';
import { createJobTestService, type JobTestService } from '../../helpers/services/job-service.ts';

const codecs = await loadCodecs();
const picture = await codecs.png.encode(
  paint({ width: 24, height: 24 }, (x, y) => [10 * x, 10 * y, 0]),
  { quality: 100 },
);
const plan = `style,engine=vgg19,style=${asOption(`${PICTURES}style.png`)}/f=png`;
const source = `${PICTURES}content.png`;

/** A service whose main source sends this `Cache-Control`. */
const setUp = (control: string | undefined): Promise<JobTestService> =>
  createJobTestService(codecs, {
    respond: ({ url }) =>
      new Response(picture as Uint8Array<ArrayBuffer>, {
        headers: control && url === source ? { 'Cache-Control': control } : {},
      }),
  });

const submits = {
  'a transform URL': (service: JobTestService) => service.ask(`/t/${plan}/${source}`),
  'a submit': (service: JobTestService) =>
    service.ask('/v1/jobs', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ plan, source }),
    }),
} as const;

const ways = Object.keys(submits) as (keyof typeof submits)[];

async function jobOf(service: JobTestService, way: keyof typeof submits): Promise<string> {
  const response = await submits[way](service);
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

const controlOf = async (service: JobTestService, path: string) =>
  (await service.ask(path)).headers.get('cache-control');

describe.each(ways)('a job of %s', (way) => {
  it.each(['private', 'no-store', 'private, max-age=60'])(
    'whose source says %s has a result and a preview for the client alone',
    async (control) => {
      const service = await setUp(control);
      const id = await jobOf(service, way);
      service.engine.preview(id, picture, 1);
      expect(await controlOf(service, `/v1/jobs/${id}/preview`)).toBe('private, no-cache');
      service.engine.succeed(id, picture);
      const path = `/v1/jobs/${id}/result`;
      expect(await controlOf(service, path)).toBe('private, max-age=31536000, immutable');
      const tag = (await service.ask(path)).headers.get('etag')!;
      const known = await service.ask(path, { headers: { 'If-None-Match': tag } });
      expect([known.status, known.headers.get('cache-control')]).toEqual([
        304,
        'private, max-age=31536000, immutable',
      ]);
    },
  );

  it('whose source says nothing has a result for everybody', async () => {
    const service = await setUp(undefined);
    const id = await jobOf(service, way);
    service.engine.succeed(id, picture);
    expect(await controlOf(service, `/v1/jobs/${id}/result`)).toBe(
      'public, max-age=31536000, immutable',
    );
  });

  it('is not found by the URL without asking the source, if that is private', async () => {
    const service = await setUp('private');
    service.engine.succeed(await jobOf(service, way), picture);
    const before = service.fetched.length;
    const control = await controlOf(service, `/t/${plan}/${source}`);
    expect([control, service.fetched.length > before]).toEqual(['private, max-age=86400', true]);
  });
});

it('a public job of the same pictures is another one', async () => {
  const [open, closed] = [await setUp(undefined), await setUp('private')];
  expect(await jobOf(open, 'a submit')).not.toBe(await jobOf(closed, 'a submit'));
});
