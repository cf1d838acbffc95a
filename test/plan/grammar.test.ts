import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effects } from '../../src/effects/index.ts';
import { AppError } from '../../src/errors.ts';
import { formatPlan, parsePlan } from '../../src/plan/grammar.ts';

const parse = (text: string) => parsePlan(text === '' ? [] : text.split('/'), effects);

function failure(text: string): AppError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('reading a plan', () => {
  it('keeps the order of the segments and fills in defaults', () => {
    const { steps, output } = parse('pixelate,block=8/w=64,f=png/pixelate');
    expect(steps.map(({ effect }) => effect.name)).toEqual(['pixelate', 'resize', 'pixelate']);
    expect(steps[0]?.params).toMatchObject({ block: 8, upscale: true, mode: 'mean' });
    expect(steps[1]?.params).toEqual({ w: 64, fit: 'scale-down', gravity: '0.5x0.5', dpr: 1 });
    expect(output).toEqual({ f: 'png', q: 85 });
  });

  it('accepts an option list of Cloudflare as it is, with either spelling', () => {
    expect(formatPlan(parse('width=128,height=96,fit=cover,format=webp,quality=70'))).toBe(
      formatPlan(parse('w=128,h=96,fit=cover,f=webp,q=70')),
    );
  });

  it('accepts anim=true and metadata=none, which are the defaults, and leaves them out of the cache key', () => {
    const plain = parse('w=3/f=gif');
    expect(parse('w=3,anim=true,metadata=none/f=gif')).toEqual(plain);
    expect(formatPlan(parse('anim=true,w=3/f=gif,metadata=none'))).toBe(formatPlan(plain));
    expect(Object.keys(parse('anim=true').output)).toEqual(['f', 'q']);
  });

  it.each(['jpeg', 'png', 'avif', 'json', 'blurhash'])(
    'leaves anim=false out with f=%s, which shows one picture',
    (f) => {
      expect(parse(`anim=false,f=${f}`)).toEqual(parse(`f=${f}`));
      expect(parse(`anim=false,w=3/f=${f}`)).toEqual(parse(`w=3/f=${f}`));
    },
  );

  it('keeps anim=false, which gives another picture', () => {
    expect(parse('w=3,anim=false').output).toEqual({ f: 'auto', q: 85, anim: false });
    expect(formatPlan(parse('anim=false,f=gif'))).toBe('f=gif,q=85,anim=false');
  });

  it('reads a number from a list of numbers', () => {
    expect(parse('rotate=270').steps[0]?.params).toEqual({ rotate: 270 });
    expect(formatPlan(parse('rotate=90.0'))).toBe(formatPlan(parse('rotate=90')));
  });

  it('makes no resize step from options of the output alone', () => {
    expect(parse('f=webp,q=50').steps).toEqual([]);
    expect(parse('').output).toEqual({ f: 'auto', q: 85 });
  });

  it('decodes each value once', () => {
    expect(parse('pixelate,%62lock=%38').steps[0]?.params.block).toBe(8);
    expect(failure('pixelate,block=%2538').message).toContain('"%38"');
  });

  it.each([
    ['pixelate,block=x', 'block: expected auto or an integer from 1 to 256, got "x"'],
    ['pixelate,block=0', 'block: expected auto or an integer from 1 to 256, got "0"'],
    ['pixelate,block=257', 'block: expected auto or an integer from 1 to 256, got "257"'],
    ['pixelate,block=-1', 'block: expected auto or an integer from 1 to 256, got "-1"'],
    ['pixelate,block=1e2', 'block: expected auto or an integer from 1 to 256, got "1e2"'],
    ['pixelate,block=0x10', 'block: expected auto or an integer from 1 to 256, got "0x10"'],
    ['pixelate,block=64.5', 'block: expected auto or an integer from 1 to 256, got "64.5"'],
    ['pixelate,block=NaN', 'block: expected auto or an integer from 1 to 256, got "NaN"'],
    ['pixelate,block=%2B64', 'block: expected auto or an integer from 1 to 256, got "+64"'],
    ['pixelate,block=%D9%A6', 'block: expected auto or an integer from 1 to 256, got "٦"'],
    ['pixelate,block=1e9', 'block: expected auto or an integer from 1 to 256, got "1e9"'],
    ['pixelate,block=%208', 'block: expected auto or an integer from 1 to 256, got " 8"'],
    ['pixelate,upscale=yes', 'upscale: expected true or false, got "yes"'],
    ['pixelate,mode=fancy', 'mode: expected one of mean, reference, got "fancy"'],
    ['w=0', 'w: expected an integer from 1 to 12000, got "0"'],
    ['w=10,dpr=4', 'dpr: expected a number from 1 to 3, got "4"'],
    ['w=10,dpr=1.', 'dpr: expected a number from 1 to 3, got "1."'],
    [
      'w=10,background=redd',
      'background: expected a colour of CSS such as ffe8c7, red or rgb(255 232 199), got "redd"',
    ],
    [
      'w=10,gravity=2x0',
      'gravity: expected auto, face, center, left, right, top, bottom or a point like 0.5x0.33, got "2x0"',
    ],
    ['rotate=45', 'rotate: expected one of 90, 180, 270, got "45"'],
    ['rotate=left', 'rotate: expected one of 90, 180, 270, got "left"'],
    ['flip=x', 'flip: expected one of h, v, hv, got "x"'],
    ['brightness=11', 'brightness: expected a number from 0 to 10, got "11"'],
    ['contrast=-1', 'contrast: expected a number from 0 to 10, got "-1"'],
    ['gamma=0.05', 'gamma: expected a number from 0.1 to 10, got "0.05"'],
    ['saturation=10.5', 'saturation: expected a number from 0 to 10, got "10.5"'],
    ['blur=0.5', 'blur: expected a number from 1 to 250, got "0.5"'],
    ['blur=251', 'blur: expected a number from 1 to 250, got "251"'],
    ['sharpen=10.1', 'sharpen: expected a number from 0 to 10, got "10.1"'],
    ['edges,gain=17', 'gain: expected a number from 0 to 16, got "17"'],
    ['edges,kernel=canny', 'kernel: expected one of sobel, difference, got "canny"'],
    ['anim=2', 'anim: expected true or false, got "2"'],
    ['metadata=all', 'metadata: expected one of none, copyright, keep, got "all"'],
    ['anim=false/anim=false', 'anim: expected once, got it more than once'],
    ['hybrid', 'far: expected asset:<name> or b64:<base64url of a source>, got nothing'],
    ['hybrid,far=asset:a,kernel=4', 'kernel: expected an odd integer from 1 to 255, got "4"'],
    [
      'hybrid,far=asset:a,steps=-1',
      'steps: expected auto or an integer from 0 to 100000, got "-1"',
    ],
    ['hybrid,far=asset:a,cutoff=8,sigma=3', 'sigma: expected either cutoff or sigma, got both'],
    ['pixelate,block=8,columns=4', 'block: expected either block or columns and rows, got both'],
    [
      'f=bmp',
      'f: expected one of auto, avif, webp, jpeg, png, gif, json, blurhash, thumbhash, got "bmp"',
    ],
    ['q=101', 'q: expected an integer from 1 to 100, got "101"'],
    ['f=png/w=3/f=png', 'f: expected once, got it more than once'],
    ['w=1,width=2', 'w: expected once, got it more than once'],
    ['pixelate,block=', '"block": expected a value, got nothing'],
    ['pixelate,', 'expected key=value, got ""'],
    ['pixelate,block', 'expected key=value, got "block"'],
  ])('refuses %s: %s', (text, message) => {
    const error = failure(text);
    expect([error.code, error.message]).toEqual(['bad_option', message]);
  });

  it('names the wrong parameter in its errors', () => {
    expect(failure('pixelate,block=x').param).toBe('block');
    expect(failure('hybrid,far=asset:a,cutoff=8,sigma=3').param).toBe('sigma');
    expect(failure('w=3,wat=1').param).toBe('wat');
  });

  it.each([
    '__proto__=1',
    'w=1,__proto__=1',
    'constructor=1',
    'pixelate,toString=1',
    'pixelate,__proto__=1',
  ])('refuses %s as any unknown parameter', (text) => {
    expect(failure(text).code).toBe('bad_option');
  });

  it.each(['nope', 'resize,w=3', 'PIXELATE', '__proto__', 'toString', '', '%00'])(
    'knows no effect called %j',
    (name) => {
      expect(failure(`${name}/w=1`).code).toBe('unknown_effect');
    },
  );

  it.each(['pixelate,block=%zz', '%=1', 'w=%E0%A4%A'])('refuses broken escapes: %s', (text) => {
    expect(failure(text).code).toBe('bad_url');
  });

  it('refuses too many segments, and too many steps', () => {
    expect(failure(Array(33).fill('pixelate').join('/')).code).toBe('bad_url');
    expect(failure(Array(34).fill('f=png').join('/')).code).toBe('bad_url');
    expect(parse(Array(32).fill('pixelate').join('/')).steps.length).toBe(32);
  });

  it('throws nothing but documented errors for any text', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'w',
        'block',
        'pixelate',
        'hybrid',
        'f',
        '=',
        ',',
        '%',
        '~',
        '8',
        'auto',
        '__proto__',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          parse(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(['bad_option', 'unknown_effect', 'bad_url']).toContain((error as AppError).code);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('writing a plan', () => {
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const pairs = (values: Record<string, unknown>): string =>
    Object.entries(values)
      .filter(([, v]) => v !== undefined)
      .map(([k, v]) => `${k}=${encodeURIComponent(String(v))}`)
      .join(',');
  const options = fc
    .record({
      w: fc.integer({ min: 1, max: 12000 }),
      h: maybe(fc.integer({ min: 1, max: 12000 })),
      fit: maybe(fc.constantFrom('cover', 'pad', 'squeeze')),
      gravity: maybe(fc.constantFrom('left', 'auto', '0.25x1', '0x0')),
      dpr: maybe(fc.constantFrom('1', '1.5', '3')),
      background: maybe(fc.constantFrom('fff', '12345678', 'teal', 'rgb(1,2,3)', 'transparent')),
      trim: maybe(fc.constantFrom('border', '1;02;3;4', '0~0~0~9', '0.5;.25;1;0')),
      border: maybe(fc.integer({ min: 0, max: 99 })),
      rotate: maybe(fc.constantFrom(90, 180, 270)),
      flip: maybe(fc.constantFrom('h', 'hv')),
      gamma: maybe(fc.constantFrom('0.50', '2')),
      blur: maybe(fc.integer({ min: 1, max: 250 })),
    })
    .map(pairs);
  const pixelate = fc
    .oneof(
      fc.record({ block: maybe(fc.integer({ min: 1, max: 256 })), upscale: maybe(fc.boolean()) }),
      fc.record({
        columns: fc.integer({ min: 1, max: 1024 }),
        rows: maybe(fc.integer({ min: 1, max: 1024 })),
      }),
    )
    .map((values) => ['pixelate', pairs(values)].filter(Boolean).join(','));
  const hybrid = fc
    .record({
      far: fc.constantFrom('asset:bust.jpg', 'b64:aHR0cHM6Ly9hLmV4YW1wbGUv'),
      ratio: maybe(fc.constantFrom('0.1', '0.30', '2')),
      cutoff: maybe(fc.integer({ min: 1, max: 256 })),
      steps: maybe(fc.oneof(fc.constant('auto'), fc.integer({ min: 0, max: 100000 }))),
      init: maybe(fc.constantFrom('near', 'gray')),
    })
    .map((values) => `hybrid,${pairs(values)}`);

  it('gives a text that reads back as the same plan, and equal texts for equal plans', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(options, pixelate, hybrid), { maxLength: 4 }), (segments) => {
        const plan = parse(segments.join('/'));
        const text = formatPlan(plan);
        expect(parse(text)).toEqual(plan);
        expect(formatPlan(parse(text))).toBe(text);
      }),
    );
  });

  it('has room for every plan that is accepted: options of one segment are several steps', () => {
    const five = 'w=4,border=1,rotate=90,flip=h,blur=1';
    const plan = parse(Array<string>(6).fill(five).join('/'));
    expect(plan.steps).toHaveLength(30);
    expect(parse(formatPlan(plan))).toEqual(plan);
    expect(() => parse(Array<string>(7).fill(five).join('/'))).toThrow(
      'expected at most 32 steps, got 35',
    );
  });

  it('gives the same text whether defaults are spelled out or not', () => {
    expect(formatPlan(parse('pixelate,block=16,upscale=true'))).toBe(
      formatPlan(parse('pixelate,mode=mean,block=16')),
    );
    expect(formatPlan(parse('f=auto,w=3'))).toBe(formatPlan(parse('w=3,q=85')));
  });
});
