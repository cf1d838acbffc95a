import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { effects } from '../../../src/effects/index.ts';
import { planRules, readPlan } from '../../../src/http/catalogue/presets.ts';
import { formatPlan, parsePlan } from '../../../src/plan/grammar.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService, PICTURES } from '../../helpers/services/in-memory-service.ts';
import { createJobTestService } from '../../helpers/services/job-service.ts';

const codecs = await loadCodecs();
const picture = await codecs.png.encode(
  paint({ width: 32, height: 24 }, (x, y) => [8 * x, 8 * y, 0]),
  { quality: 85 },
);
const presets = { thumb: 'w=8,h=8,fit=cover/f=png', 'soft-1': 'blur=2', tiles: 'pixelate,block=4' };
const vars = (more: Record<string, string> = {}) => ({ PRESETS: JSON.stringify(presets), ...more });
const rulesOf = (more?: Record<string, string>) => planRules(readConfig(vars(more)), effects);
const written = (text: string, more?: Record<string, string>): string =>
  formatPlan(readPlan(text.split('/'), rulesOf(more)));
const plain = (text: string): string => formatPlan(parsePlan(text.split('/'), effects));
const codeOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
  return undefined;
};
const service = (more: Record<string, string>) =>
  createInMemoryService({
    codecs,
    pictures: { [`${PICTURES}a.png`]: picture },
    vars: vars(more),
  });

describe('a preset', () => {
  it.each([
    ['p=thumb', 'w=8,h=8,fit=cover/f=png'],
    ['p=tiles/p=thumb', 'pixelate,block=4/w=8,h=8,fit=cover/f=png'],
    ['p=thumb/p=tiles', 'w=8,h=8,fit=cover/f=png/pixelate,block=4'],
    ['w=16/p=soft-1/f=webp', 'w=16/blur=2/f=webp'],
    ['p=soft-1,w=16,f=webp', 'blur=2/w=16,f=webp'],
    ['w=16,p=soft-1', 'blur=2/w=16'],
  ])('%s is read as %s, at the same position', (text, meant) => {
    expect(written(text)).toBe(plain(meant));
  });

  it.each([
    ['p=nope', 'bad_option'],
    ['p=', 'bad_option'],
    ['p=thumb,p=tiles', 'bad_option'],
    ['p=thumb/f=webp', 'bad_option'],
    ['p=__proto__', 'bad_option'],
    ['p=Thumb', 'bad_option'],
    ['pixelate,p=thumb', 'bad_option'],
    ['p', 'unknown_effect'],
  ])('%s is %s', (text, code) => {
    expect(codeOf(() => written(text))).toBe(code);
  });

  it('has the answer and the cache key of its segments', async () => {
    const { ask, keys } = service({});
    const first = await ask(`/t/${presets.thumb}/${PICTURES}a.png`);
    for (const path of [`/t/p=thumb/${PICTURES}a.png`, `/t/%70=t%68umb/${PICTURES}a.png`]) {
      const again = await ask(path);
      expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
      expect(again.headers.get('cache-status')).toMatch(/hit/);
    }
    expect(keys()).toHaveLength(1);
  });

  it('is in the catalogue', async () => {
    const { ask } = service({});
    const { presets: listed } = (await (await ask('/v1/effects')).json()) as { presets: unknown };
    expect(listed).toContainEqual({ name: 'tiles', plan: 'pixelate,block=4' });
  });

  it.each([
    ['{', 'PRESETS: expected JSON'],
    ['[]', 'PRESETS: expected JSON'],
    ['{"a":1}', 'PRESETS: "a": expected a text'],
    ['{"a":"w=0"}', 'PRESETS: "a": w: expected'],
    ['{"a":"wobble"}', 'PRESETS: "a": expected an effect'],
    ['{"a":""}', 'PRESETS: "a": expected segments'],
    ['{"a":"p=b","b":"w=8"}', 'PRESETS: "a": p: expected an option'],
    ['{"a":"w=8/asset:chess.jpg"}', 'PRESETS: "a": expected an effect'],
    ['{"a":"w=8,exp=99999999"}', 'PRESETS: "a": expected a preset without exp'],
    ['{"a b":"w=8"}', 'PRESETS: "a b": expected a name'],
    ['{"__proto__":"w=8"}', 'PRESETS: "__proto__": expected a name'],
  ])('that is wrong stops the service at its start: %s', (text, message) => {
    expect(() => planRules(readConfig({ PRESETS: text }), effects)).toThrow(message);
  });
});

describe('with ALLOWED_EFFECTS', () => {
  const allowed = { ALLOWED_EFFECTS: 'resize, pixelate' };

  it.each([
    ['w=8/pixelate', undefined],
    ['f=webp,q=40', undefined],
    ['blur=2', 'not_allowed'],
    ['w=8,blur=2', 'not_allowed'],
    ['hybrid,far=asset:bust.jpg', 'not_allowed'],
    ['w=8/p=soft-1', undefined],
    ['p=soft-1,blur=1', 'not_allowed'],
    ['wobble', 'unknown_effect'],
    ['w=0', 'bad_option'],
  ])('%s is %s', (text, code) => {
    expect(codeOf(() => written(text, allowed))).toBe(code);
  });

  it('refuses other effects before anything is fetched, in transforms, uploads and jobs', async () => {
    const { ask, fetched } = service(allowed);
    const body = picture as Uint8Array<ArrayBuffer>;
    const upload = { method: 'POST', body, headers: { 'Content-Type': 'image/png' } };
    const transform = await ask(`/t/blur=2/${PICTURES}a.png`);
    expect([transform.status, transform.headers.get('x-error')]).toEqual([403, 'not_allowed']);
    expect((await ask('/t/blur=2', upload)).headers.get('x-error')).toBe('not_allowed');
    expect(fetched).toEqual([]);
    const jobs = await createJobTestService(codecs, { vars: allowed });
    const submit = (plan: string) =>
      jobs.ask('/v1/jobs', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ plan, source: `${PICTURES}content.png` }),
      });
    const style = `style,engine=vgg19,style=b64:${Buffer.from(`${PICTURES}style.png`).toString('base64url')}`;
    expect((await submit(style)).headers.get('x-error')).toBe('not_allowed');
    expect(jobs.engine.requests).toHaveLength(0);
  });

  it('hides other effects in the catalogue and in OpenAPI', async () => {
    const { ask } = service(allowed);
    const { effects: listed } = (await (await ask('/v1/effects')).json()) as {
      effects: { name: string }[];
    };
    expect(listed.map(({ name }) => name)).toEqual(['resize', 'pixelate', 'output']);
    const { components } = (await (await ask('/openapi.json')).json()) as {
      components: { schemas: Record<string, unknown> };
    };
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(['pixelate']));
    expect(Object.keys(components.schemas)).not.toContain('blur');
  });

  it('accepts only names of effects', () => {
    const config = readConfig({ ALLOWED_EFFECTS: 'resize,wobble' });
    expect(() => planRules(config, effects)).toThrow(
      /ALLOWED_EFFECTS: expected names of effects \(trim, .*\), got "wobble"/,
    );
  });
});

describe('with PRESETS_ONLY', () => {
  const only = { PRESETS_ONLY: 'true' };

  it.each([
    ['p=thumb', undefined],
    ['p=tiles/f=webp,quality=40', undefined],
    ['p=tiles,format=webp,exp=99999999999,onerror=placeholder', undefined],
    ['p=tiles/w=8', 'not_allowed'],
    ['p=tiles,w=8', 'not_allowed'],
    ['p=tiles/dpr=2', 'not_allowed'],
    ['p=tiles/pixelate', 'not_allowed'],
    ['p=tiles/constructor=1', 'not_allowed'],
    ['pixelate,block=4', 'not_allowed'],
    ['f=webp', 'not_allowed'],
    ['p=nope', 'bad_option'],
    ['p=tiles/q=0', 'bad_option'],
  ])('%s is %s', (text, code) => {
    expect(codeOf(() => written(text, only))).toBe(code);
  });

  it('applies to transforms and uploads, and the catalogue has only presets', async () => {
    const { ask } = service(only);
    expect((await ask(`/t/p=thumb/${PICTURES}a.png`)).status).toBe(200);
    expect((await ask(`/t/${PICTURES}a.png`)).headers.get('x-error')).toBe('not_allowed');
    const body = picture as Uint8Array<ArrayBuffer>;
    const upload = { method: 'POST', body, headers: { 'Content-Type': 'image/png' } };
    expect((await ask('/t/p=thumb', upload)).status).toBe(200);
    expect((await ask('/t/w=8', upload)).headers.get('x-error')).toBe('not_allowed');
    const { effects: listed } = (await (await ask('/v1/effects')).json()) as {
      effects: { name: string }[];
    };
    expect(listed.map(({ name }) => name)).toEqual(['output']);
  });

  it('requires presets', () => {
    expect(() => planRules(readConfig(only), effects)).toThrow('PRESETS_ONLY: expected presets');
  });
});
