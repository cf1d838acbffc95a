import { describe, expect, it } from 'vitest';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService } from '../../helpers/services/in-memory-service.ts';

const codecs = await loadCodecs();
const painted = (level: number): Promise<Uint8Array> =>
  codecs.png.encode(
    paint({ width: 4, height: 4 }, () => [level, 0, 0]),
    { quality: 85 },
  );
const png = await painted(9);

/** A service that keeps pictures in the bucket that `r2:` names. */
function keeper() {
  const objects: Record<string, Uint8Array> = {};
  const kept = {
    async put(key: string, bytes: Uint8Array) {
      objects[key] = bytes.slice();
    },
    count: async (prefix: string, most: number) =>
      Object.keys(objects)
        .filter((key) => key.startsWith(prefix))
        .slice(0, most).length,
  };
  return { ...createInMemoryService({ codecs, objects, kept }), objects };
}

const body = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;
type Service = Pick<ReturnType<typeof keeper>, 'ask'>;
const keep = (service: Service, bytes: Uint8Array, headers: Record<string, string> = {}) =>
  service.ask('/v1/pictures', { method: 'POST', body: body(bytes), headers });
const errorOf = (response: Response) => [response.status, response.headers.get('x-error')];

describe('a picture that development keeps', () => {
  it('has a source that URLs can name, the same for the same file', async () => {
    const service = keeper();
    const first = await keep(service, png, { Origin: 'https://tessera.example' });
    expect(first.status).toBe(201);
    const { source } = (await first.json()) as { source: string };
    expect(source).toMatch(/^r2:own-[0-9a-f]{32}\.png$/);
    expect(await (await keep(service, png)).json()).toEqual({ source });
    expect(Object.keys(service.objects)).toHaveLength(1);
    const picture = await service.ask(`/t/f=png/${source}`);
    expect(picture.status).toBe(200);
    const { service: told } = (await (await service.ask('/v1/effects')).json()) as {
      service: { keeps: boolean };
    };
    expect(told).toEqual({ signed: false, keeps: true });
  });

  it('is refused elsewhere, from pages of other origins, without a picture, and beyond a number', async () => {
    const nowhere = createInMemoryService({ codecs });
    expect(errorOf(await keep(nowhere, png))).toEqual([403, 'not_allowed']);
    const service = keeper();
    for (const Origin of ['https://evil.example', 'null']) {
      expect(errorOf(await keep(service, png, { Origin }))).toEqual([403, 'not_allowed']);
    }
    const text = new TextEncoder().encode('no picture at all, just text');
    expect(errorOf(await keep(service, text))).toEqual([415, 'not_an_image']);
    for (let n = 0; n < 99; n++) service.objects[`own-${n}`] = png;
    expect((await keep(service, png)).status).toBe(201);
    expect((await keep(service, png)).status).toBe(201);
    expect(errorOf(await keep(service, await painted(10)))).toEqual([403, 'not_allowed']);
    expect(service.heldBytes()).toBe(0);
  });
});
