import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { effects } from '../../../src/effects/index.ts';
import { planRules } from '../../../src/http/catalogue/presets.ts';
import { transformKey } from '../../../src/http/transform/key.ts';
import { readPath, readTransform } from '../../../src/http/transform/url.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { schemasOf } from '../../../src/plan/schema.ts';

const config = readConfig({});
const rules = planRules(config, effects);
const output = {
  key: 'png',
  choose: () => [{ format: 'png' as const, lossless: true }],
  negotiated: false,
};
const keyOf = (path: string): Promise<string> =>
  transformKey(
    readTransform(readPath(`https://tessera.example/t/${path}`), rules, ''),
    output,
    config.EDGE_BUDGET_MS,
  );

const b64 = (text: string): string => `b64:${Buffer.from(text).toString('base64url')}`;
const A = 'https://pictures.example/a.png';
const far = b64('asset:chess.jpg');

describe('the key of an answer', () => {
  it.each([
    // Options in another order, by an alias, and at their defaults.
    ['w=8,h=9,f=png', 'h=9,format=png,width=8'],
    ['w=8/f=png,q=85', 'w=8/f=png'],
    ['w=8,fit=scale-down,gravity=0.5x0.5,dpr=1', 'w=8'],
    ['w=8,fit=cover,gravity=0.50x0.5', 'w=8,fit=cover'],
    ['w=08', 'w=8'],
    ['w=8,dpr=2.0', 'w=8,dpr=2'],
    ['pixelate,block=16', 'pixelate'],
    ['pixelate,palette=auto,colors=16', 'pixelate,palette=auto'],
    [`hybrid,far=${far},preview=distance,distance=8`, `hybrid,far=${far},preview=distance`],
    [
      `style,engine=vgg19,style=${far},recipe=pyramid,seed=0,init=content,styleScale=1`,
      `style,engine=vgg19,style=${far}`,
    ],
    [`hybrid,far=${far}`, 'hybrid,far=asset:chess.jpg'],
    // One colour, spelled in several ways.
    ['w=8,fit=pad,background=fff', 'w=8,fit=pad,background=FFFFFF'],
    ['w=8,fit=pad,background=ffff', 'w=8,fit=pad,background=ffffffff'],
    ['w=8,fit=pad,background=fff', 'w=8,fit=pad,background=ffffff'],
    ['w=8,fit=pad,background=abcd', 'w=8,fit=pad,background=aabbccdd'],
    ['pixelate,palette=fff~000', 'pixelate,palette=FFFFFF~000000'],
    // Options that change the response, not the picture.
    ['w=8/exp=4000000000', 'w=8'],
    ['w=8/pending=preview', 'w=8'],
    ['w=8/anim=true,metadata=none', 'w=8'],
    ['w=8/anim=false,f=jpg', 'w=8/f=jpeg'],
    ['gravity=auto/blur=3', 'blur=3'],
    ['fit=cover,gravity=left,upscale=generate,blur=3', 'blur=3'],
    ['fit=cover,gravity=0x1,background=red', 'background=red'],
    ['w=8,fit=contain,gravity=left', 'w=8,fit=contain'],
    ['w=8/anim=true,metadata=keep,scq=low', 'w=8'],
    // Separators and colours as other tools write them, and Cloudflare's names of values.
    ['w%3D8%2Cf%3Dpng', 'w=8,f=png'],
    ['pixelate%2Cblock%3D8', 'pixelate,block=8'],
    ['w=8,background=red', 'w=8,background=ff0000'],
    ['w=8,background=%23F00', 'w=8,background=ff0000'],
    ['w=8,background=rgb(255,0,0)', 'w=8,background=ff0000'],
    ['w=8,background=rgb%28255%200%200%29', 'w=8,background=ff0000'],
    ['w=8,h=8,fit=cover,gravity=center,zoom=0.5', 'w=8,h=8,fit=cover'],
    ['w=8,f=jpg,quality=high', 'w=8,f=jpeg,q=90'],
    ['w=8,compression=fast,f=avif', 'w=8,compression=fast'],
    ['w=8,sharpen=0,blur=0,rotate=0,saturation=1', 'w=8'],
    ['trim.top=3', 'trim=3~0~0~0'],
    ['trim.border.tolerance=10', 'trim=border'],
    ['border.width=3,border.color=black', 'border=3'],
  ])('is the same for %s and %s', async (one, other) => {
    expect(await keyOf(`${one}/${A}`)).toBe(await keyOf(`${other}/${A}`));
  });

  it.each([
    ['w=8', 'w=9'],
    ['w=8/pixelate', 'pixelate/w=8'],
    ['w=8,fit=pad,background=fff', 'w=8,fit=pad,background=fffe'],
    ['w=8,fit=pad,background=fff', 'w=8,fit=pad'],
    ['pixelate,palette=fff~000', 'pixelate,palette=000~fff~f00'],
    // The reference has another default blur.
    [`hybrid,far=${far},mode=reference,cutoff=16`, `hybrid,far=${far},mode=reference`],
    [`hybrid,far=${far}`, `hybrid,far=${b64('asset:other.jpg')}`],
    // If weights are named, no other network stands in for them.
    [`style,engine=vgg19,style=${far},weights=full`, `style,engine=vgg19,style=${far}`],
  ])('differs between %s and %s', async (one, other) => {
    expect(await keyOf(`${one}/${A}`)).not.toBe(await keyOf(`${other}/${A}`));
  });

  it.each([
    [b64(A), `${b64(A)}?tracking=1`],
    ['asset:chess.jpg', 'asset:chess.jpg?tracking=1&cache=bust'],
    ['asset:chess.jpg', b64('asset:chess.jpg')],
    ['r2:a/b.png', 'r2:a/b.png?x'],
    [encodeURIComponent(A), `${encodeURIComponent(A)}?tracking=1`],
    [A, encodeURIComponent(A)],
    [A, b64(A)],
    [A, 'https:/pictures.example/a.png'],
    [A, 'https://PICTURES.example:443/%61.png#part'],
  ])('is the same for the sources %s and %s', async (one, other) => {
    expect(await keyOf(`w=8/${one}`)).toBe(await keyOf(`w=8/${other}`));
  });

  it('contains the query of a raw source, byte for byte', async () => {
    const spelled = [A, `${A}?x=1`, `${A}?x=%31`, `${A}?x=1&y=2`, `${A}?y=2&x=1`];
    const keys = await Promise.all(spelled.map((source) => keyOf(`w=8/${source}`)));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('a parameter with a default that is shown', () => {
  const shown = effects.flatMap((effect) =>
    Object.entries(schemasOf(effect.params)).flatMap(([name, schema]) => {
      const optional = effect.params[name]?.safeParse(undefined).data === undefined;
      return schema.default !== undefined && optional && !schema.conditional
        ? [{ effect, name, text: String(schema.default) }]
        : [];
    }),
  );

  it('is found', () => expect(shown.length).toBeGreaterThan(5));

  it.each(shown.map(({ effect, name, text }) => [effect.name, name, text] as const))(
    'of %s: %s=%s gives the same plan as leaving it out',
    (effect, name, text) => {
      const needs: Record<string, string> = {
        colors: 'palette=auto,',
        distance: `far=${far},preview=distance,`,
        far: `far=${far},`,
      };
      const before = effect === 'style' ? `engine=vgg19,style=${far},` : (needs[name] ?? '');
      const without = `${effect},${before}`.replace(/,$/, '');
      const plan = (segment: string) => parsePlan([segment], effects).steps[0]?.params;
      expect(plan(`${effect},${before}${name}=${text}`)).toEqual(plan(without));
    },
  );
});
