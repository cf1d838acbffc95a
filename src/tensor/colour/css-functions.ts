// Reads the functions with which CSS writes colours (CSS Color Module Level 4).
import { linearToSrgb } from '../../srgb.ts';
import { linearOfDoubled } from './oklab.ts';

/** sRGB-coded red, green and blue, 0…1 if the colour can be shown. */
type Rgb = readonly [number, number, number];

/** How an argument is written: the value of 100 % and of 1, or an angle, which becomes degrees. */
type Argument = { percent: number; one: number } | 'angle';

type ColourFunction = {
  takes: readonly [Argument, Argument, Argument];
  toRgb: (a: number, b: number, c: number) => Rgb;
};

const byte: Argument = { percent: 1, one: 1 / 255 };
const hundredth: Argument = { percent: 1, one: 0.01 };
/** A number whose 100 % is `most`. */
const upTo = (most: number): Argument => ({ percent: most, one: 1 });

const rgb: ColourFunction = { takes: [byte, byte, byte], toRgb: (r, g, b) => [r, g, b] };
const hsl: ColourFunction = { takes: ['angle', hundredth, hundredth], toRgb: rgbOfHsl };

/** By name. */
const functions: Readonly<Record<string, ColourFunction>> = {
  rgb,
  rgba: rgb,
  hsl,
  hsla: hsl,
  hwb: { takes: ['angle', hundredth, hundredth], toRgb: rgbOfHwb },
  lab: { takes: [upTo(100), upTo(125), upTo(125)], toRgb: rgbOfLab },
  lch: {
    takes: [upTo(100), upTo(150), 'angle'],
    toRgb: (l, chroma, hue) => rgbOfLab(l, ...onAxes(chroma, hue)),
  },
  oklab: { takes: [upTo(1), upTo(0.4), upTo(0.4)], toRgb: rgbOfOklab },
  oklch: {
    takes: [upTo(1), upTo(0.4), 'angle'],
    toRgb: (l, chroma, hue) => rgbOfOklab(l, ...onAxes(chroma, hue)),
  },
};

const CALL = /^([a-z]+)\(\s*([^()]*?)\s*\)$/;
const SEPARATOR = /\s*[,/]\s*|\s+/;
const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+))([a-z]*|%)$/;
const degreesPer: Readonly<Record<string, number>> = {
  '': 1,
  deg: 1,
  grad: 0.9,
  rad: 180 / Math.PI,
  turn: 360,
};

/**
 * Red, green, blue and alpha, 0…255, of `rgb()`, `hsl()`, `hwb()`, `lab()`, `lch()`, `oklab()` or `oklch()`, in lower case; undefined for
 * other texts. Channels that cannot be shown are cut off. Commas and spaces separate alike, because Cloudflare's documentation writes
 * `rgba(255 0 0 1)`, and people write `hsl(0,100%,50%)`.
 */
export function colourOfFunction(text: string): readonly number[] | undefined {
  const [, name = '', inside = ''] = CALL.exec(text) ?? [];
  const called = Object.hasOwn(functions, name) ? functions[name] : undefined;
  const parts = inside.split(SEPARATOR);
  if (!called || parts.length < 3 || parts.length > 4) return undefined;
  const [a, b, c] = called.takes.map((argument, i) => numberOf(parts[i]!, argument));
  const alpha = numberOf(parts[3] ?? '1', upTo(1));
  if (a === undefined || b === undefined || c === undefined || alpha === undefined) {
    return undefined;
  }
  return [...called.toRgb(a, b, c), alpha].map((v) => Math.round(255 * within(v)));
}

const within = (v: number): number => Math.min(1, Math.max(0, v));

function numberOf(text: string, argument: Argument): number | undefined {
  if (text === 'none') return 0;
  const [, digits, unit] = NUMBER.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  if (argument === 'angle') {
    const degrees = Object.hasOwn(degreesPer, unit) ? degreesPer[unit] : undefined;
    return degrees === undefined ? undefined : Number(digits) * degrees;
  }
  if (unit === '%') return (Number(digits) / 100) * argument.percent;
  return unit === '' ? Number(digits) * argument.one : undefined;
}

/** The two axes of a colour with this chroma and hue, in degrees. */
function onAxes(chroma: number, hue: number): [number, number] {
  const angle = (hue * Math.PI) / 180;
  const length = Math.max(0, chroma);
  return [length * Math.cos(angle), length * Math.sin(angle)];
}

function rgbOfHsl(hue: number, saturation: number, lightness: number): Rgb {
  const l = within(lightness);
  const reach = within(saturation) * Math.min(l, 1 - l);
  const channel = (n: number): number => {
    const k = (((n + hue / 30) % 12) + 12) % 12;
    return l - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return [channel(0), channel(8), channel(4)];
}

function rgbOfHwb(hue: number, whiteness: number, blackness: number): Rgb {
  const [white, black] = [within(whiteness), within(blackness)];
  if (white + black >= 1) {
    const grey = white / (white + black);
    return [grey, grey, grey];
  }
  const [r, g, b] = rgbOfHsl(hue, 1, 0.5).map((v) => white + v * (1 - white - black));
  return [r!, g!, b!];
}

/** CIE L*, a* and b* under D50. */
function rgbOfLab(lightness: number, a: number, b: number): Rgb {
  const f = (Math.min(100, Math.max(0, lightness)) + 16) / 116;
  const lightOf = (v: number): number => (v > 6 / 29 ? v ** 3 : (116 * v - 16) / (24389 / 27));
  const x = 0.9642956764 * lightOf(f + a / 500);
  const y = lightOf(f);
  const z = 0.8251046025 * lightOf(f - b / 200);
  // XYZ under D50 to linear sRGB, adapted by Bradford's method.
  return codedOf([
    3.134135957 * x - 1.6173863322 * y - 0.490661946 * z,
    -0.9787955029 * x + 1.9162545673 * y + 0.0334427312 * z,
    0.0719553799 * x - 0.2289768264 * y + 1.4053860583 * z,
  ]);
}

function rgbOfOklab(lightness: number, a: number, b: number): Rgb {
  const light = new Float64Array(3);
  linearOfDoubled(within(lightness), 2 * a, 2 * b, light);
  return codedOf(light);
}

function codedOf(light: ArrayLike<number>): Rgb {
  const coded = (i: number): number => linearToSrgb(within(light[i]!));
  return [coded(0), coded(1), coded(2)];
}
