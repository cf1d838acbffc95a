// The list of file formats. Adding one is a folder with a `format.ts`, and a line here.
import { avif } from './avif/format.ts';
import type { Format, OutputFormat } from './codec.ts';
import type { FormatDeclaration, OutputRules } from './format.ts';
import { gif } from './gif/format.ts';
import { heic } from './heic/format.ts';
import { jpeg } from './jpeg/format.ts';
import { png } from './png/format.ts';
import { webp } from './webp/format.ts';

/** In the order in which `f=auto` prefers them if the client does not mind. */
export const formats = [avif, webp, jpeg, png, gif, heic] as const;

const all: readonly FormatDeclaration[] = formats;

/** The declaration of a format. */
export const formatOf = (name: Format): FormatDeclaration =>
  all.find((format) => format.name === name)!;

/** The formats that an answer can have, in the order of the list. */
export const outputFormats: readonly OutputFormat[] = formats.flatMap((format) =>
  'output' in format ? [format.name] : [],
);

/** The rules for answers in a format. */
export const outputRules = (name: OutputFormat): OutputRules => formatOf(name).output!;

/** Other spellings of output formats in URLs, with the name that each stands for. */
export const formatSpellings: Readonly<Record<string, OutputFormat>> = Object.fromEntries(
  outputFormats.flatMap((name) =>
    (outputRules(name).spellings ?? []).map((spelling) => [spelling, name]),
  ),
);

/** The output formats that have a quality. */
export const lossyFormats = outputFormats.filter((name) =>
  ['asked', 'never'].includes(outputRules(name).lossless),
);

/** The output formats that can keep every pixel. */
export const losslessFormats = outputFormats.filter((name) =>
  ['always', 'asked'].includes(outputRules(name).lossless),
);

/** Labels of formats in alphabetical order, for messages: `AVIF, JPEG, PNG` with `or` or `and` before the last. */
export function labelsOf(names: readonly Format[], conjunction?: 'or' | 'and'): string {
  const labels = names.map((name) => formatOf(name).label).sort();
  if (!conjunction || labels.length < 2) return labels.join(', ');
  return `${labels.slice(0, -1).join(', ')} ${conjunction} ${labels.at(-1)}`;
}

/** The formats that can be decoded, in the order of the list. */
export const decodedFormats: readonly Format[] = formats.flatMap((format) =>
  'createCodec' in format ? [format.name] : [],
);
