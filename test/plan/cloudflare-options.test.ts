import { expect, it } from 'vitest';
import { effects } from '../../src/effects/index.ts';
import { AppError } from '../../src/errors.ts';
import { formatPlan, parsePlan } from '../../src/plan/grammar.ts';

const canonical = (options: string): string => formatPlan(parsePlan(options.split('/'), effects));

/** Each option that Cloudflare's documentation of image transformations has, and options of ours that mean the same. */
const documented: readonly (readonly [given: string, same: string])[] = [
  ['anim=true', ''],
  ['anim=false', 'anim=false'],
  ['background=%23ff0000', 'background=ff0000'],
  ['background=red', 'background=ff0000'],
  ['background=transparent', 'background=00000000'],
  ['background=rgb%28240%2C40%2C145%29', 'background=f02891'],
  ['background=rgb(240,40,145)', 'background=f02891'],
  ['background=rgb(255%20255%200)', 'background=ffff00'],
  ['background=rgba(250,40,145,0.5)', 'background=fa289180'],
  ['background=rgba(255%20255%200%20100)', 'background=ffff00'],
  ['blur=0', ''],
  ['blur=50', 'blur=50'],
  ['w=8,border.width=10,border.color=%23FFFFFF', 'w=8/border=10,border.color=ffffff'],
  ['w=8,border.width=10,dpr=2', 'w=8,dpr=2/border=20'],
  [
    'border.color=rgb(0,0,0,0),border.top=5,border.right=10,border.bottom=5,border.left=10',
    'border=5,border.color=00000000,border.right=10,border.left=10',
  ],
  ['brightness=0.5', 'brightness=0.5'],
  ['brightness=1', ''],
  ['compression=fast', 'compression=fast'],
  ['compression=fast,format=avif', 'compression=fast'],
  ['contrast=0.5', 'contrast=0.5'],
  ['contrast=1', ''],
  ['w=9,dpr=1', 'w=9'],
  ['w=9,dpr=2', 'w=9,dpr=2'],
  ['dpr=2', ''],
  ['w=9,fit=scale-down', 'w=9'],
  ['w=9,fit=contain', 'w=9,fit=contain'],
  ['w=9,fit=cover', 'w=9,fit=cover'],
  ['w=9,fit=crop', 'w=9,fit=crop'],
  ['w=9,fit=aspect-crop', 'w=9,fit=aspect-crop'],
  ['w=9,fit=pad', 'w=9,fit=pad'],
  ['w=9,fit=squeeze', 'w=9,fit=squeeze'],
  ['w=9,fit=scale-up', 'w=9,fit=scale-up'],
  ['flip=h', 'flip=h'],
  ['flip=v', 'flip=v'],
  ['flip=hv', 'flip=hv'],
  ['format=auto', ''],
  ['f=auto', ''],
  ['format=avif', 'f=avif'],
  ['format=webp', 'f=webp'],
  ['format=jpeg', 'f=jpeg'],
  ['f=jpg', 'f=jpeg'],
  ['format=baseline-jpeg', 'f=jpeg'],
  ['format=json', 'f=json'],
  ['gamma=0', ''],
  ['gamma=1', ''],
  ['gamma=0.5', 'gamma=0.5'],
  ['w=9,h=9,fit=cover,gravity=auto', 'w=9,h=9,fit=cover,g=auto'],
  ['w=9,h=9,fit=cover,gravity=face', 'w=9,h=9,fit=cover,g=auto'],
  ['w=9,h=9,fit=cover,gravity=face,zoom=0.5', 'w=9,h=9,fit=cover,g=auto'],
  ['w=9,h=9,fit=cover,g=face,face-zoom=0.2', 'w=9,h=9,fit=cover,g=auto'],
  ['w=9,h=9,fit=cover,gravity=center', 'w=9,h=9,fit=cover'],
  ['w=9,h=9,fit=cover,gravity=left', 'w=9,h=9,fit=cover,g=left'],
  ['w=9,h=9,fit=cover,gravity=right', 'w=9,h=9,fit=cover,g=right'],
  ['w=9,h=9,fit=cover,gravity=top', 'w=9,h=9,fit=cover,g=top'],
  ['w=9,h=9,fit=cover,gravity=bottom', 'w=9,h=9,fit=cover,g=bottom'],
  ['w=9,h=9,fit=cover,gravity=0x1', 'w=9,h=9,fit=cover,g=0x1'],
  ['w=9,h=9,fit=cover,g=0.33x0.5', 'w=9,h=9,fit=cover,g=0.33x0.5'],
  ['height=250', 'h=250'],
  ['h=250', 'h=250'],
  ['metadata=none', ''],
  ['metadata=copyright', ''],
  ['metadata=keep', ''],
  ['w=9,onerror=redirect', 'w=9'],
  ['quality=50', 'q=50'],
  ['q=50', 'q=50'],
  ['quality=high', 'q=90'],
  ['quality=medium-high', 'q=80'],
  ['quality=medium-low', 'q=65'],
  ['q=low', 'q=45'],
  ['rotate=0', ''],
  ['rotate=90', 'rotate=90'],
  ['rotate=180', 'rotate=180'],
  ['rotate=270', 'rotate=270'],
  ['saturation=0.5', 'saturation=0.5'],
  ['saturation=1', ''],
  ['sharpen=0', ''],
  ['sharpen=5', 'sharpen=5'],
  ['slow-connection-quality=50', ''],
  ['scq=low', ''],
  ['trim=20;30;20;0', 'trim=20~30~20~0'],
  ['trim=0.1;0.2;0.1;0.2', 'trim=0.1~0.2~0.1~0.2'],
  ['trim=20;30;20;0,w=8,dpr=2', 'trim=40~60~40~0/w=8,dpr=2'],
  ['trim.top=0.25', 'trim=0.25~0~0~0'],
  ['trim.left=800', 'trim=0~0~0~800'],
  ['trim.top=12,trim.right=78,trim.bottom=34,trim.left=56', 'trim=12~78~34~56'],
  [
    'trim.width=678,trim.height=678,trim.left=30,trim.top=40',
    'trim=40~0~0~30,trim.width=678,trim.height=678',
  ],
  ['trim=border', 'trim=border'],
  [
    'trim.border.color=%23000000,trim.border.tolerance=5,trim.border.keep=10',
    'trim=border,trim.border.color=000,trim.border.tolerance=5,trim.border.keep=10',
  ],
  ['w=9,upscale=interpolate', 'w=9'],
  ['w=9,upscale=generate', 'w=9'],
  ['width=250', 'w=250'],
  ['w=250', 'w=250'],
  ['width=auto', 'w=1200'],
];

it.each(documented)('%s is read as %s', (given, same) => {
  expect(canonical(given)).toBe(canonical(same === '' ? 'f=auto' : same));
});

/** Options that need a network, or what only Cloudflare knows of the client. */
const withoutMeaning = [
  'segment=foreground',
  'w=9,fit=cover,upscale=generate',
  'w=auto,wdesktop=900',
];

it.each(withoutMeaning)('%s cannot be had, and is refused by name', (given) => {
  const param = given.split(',').at(-1)!.split('=')[0];
  try {
    canonical(given);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    const { code, param: named } = error as AppError;
    expect([code, named]).toEqual(['bad_option', param]);
    return;
  }
  throw new Error(`${given} was accepted`);
});

it.each([
  ['trim=1~2~3~4,trim.left=2', 'trim.left: expected each side once, got it in trim too'],
  ['trim=border,trim.left=2', 'trim.left: expected either a border or lengths, got both'],
  [
    'trim=1~2~3~4,trim.border.keep=2',
    'trim.border.keep: expected either a border or lengths, got both',
  ],
  [
    'trim.left=1.5',
    'trim.left: expected a whole number of pixels, or a fraction below 1, got "1.5"',
  ],
  ['trim.width=0', 'trim.width: expected a whole number of pixels, or a fraction below 1, got "0"'],
])('%s is refused: %s', (given, message) => {
  expect(() => canonical(given)).toThrow(message);
});
