// Names of the results: a file, a folder, a template, or the standard output.
import { extname, join, normalize, resolve } from 'node:path';
import { formatOf, formatSpellings, outputFormats } from '../../codecs/formats.ts';
import type { Output } from '../../plan/plan.ts';
import { wrongUsage } from '../failure.ts';
import { type Input, STANDARD } from '../inputs/inputs.ts';

export type Target =
  | { kind: 'stdout' }
  | { kind: 'file'; path: string }
  | { kind: 'folder'; path: string }
  | { kind: 'template'; text: string };

/** What a template may contain in braces. */
const FIELDS = ['dir', 'name', 'ext', 'format'] as const;

/**
 * Reads the output of the command line: a name without extension is a folder, and so is one for which `isFolder` tells that it exists.
 * Throws for unknown fields of a template.
 */
export function readTarget(text: string, isFolder: (path: string) => boolean): Target {
  if (text === '') throw wrongUsage('output: expected a file, a folder or a template, got nothing');
  if (text === STANDARD) return { kind: 'stdout' };
  const fields = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, field]) => field!);
  const unknown = fields.find((field) => !FIELDS.some((known) => known === field));
  if (unknown !== undefined) {
    const known = FIELDS.map((field) => `{${field}}`).join(', ');
    throw wrongUsage(`${text}: expected ${known}, got {${unknown}}`);
  }
  if (fields.length > 0) return { kind: 'template', text };
  if (/[/\\]$/.test(text) || extname(text) === '' || isFolder(text))
    return { kind: 'folder', path: text };
  return { kind: 'file', path: text };
}

/** The folder that has all results of a folder or template, so that it is not searched for pictures; undefined if there is none. */
export function ownFolder(target: Target): string | undefined {
  if (target.kind === 'folder') return target.path;
  if (target.kind !== 'template') return undefined;
  const fixed = target.text.slice(0, target.text.indexOf('{'));
  return fixed.includes('/') ? fixed.slice(0, fixed.lastIndexOf('/')) || '/' : undefined;
}

const ANSWERS: Readonly<Record<string, Output['f']>> = {
  json: 'json',
  ...formatSpellings,
  ...Object.fromEntries(
    outputFormats.flatMap((name) => [
      [name, name],
      [formatOf(name).extension, name],
    ]),
  ),
};

/** The format that the name of an output says, if it says one. */
export function formatInName(target: Target): Output['f'] | undefined {
  const text = target.kind === 'file' ? target.path : target.kind === 'template' ? target.text : '';
  const extension = extname(text).slice(1).toLowerCase();
  return Object.hasOwn(ANSWERS, extension) ? ANSWERS[extension] : undefined;
}

/** The usual extension of answers of a format; undefined for `auto`, whose format is known later. */
export function extensionOf(f: Output['f']): string | undefined {
  if (f === 'auto') return undefined;
  const format = outputFormats.find((name) => name === f);
  if (format) return formatOf(format).extension;
  return f === 'json' ? 'json' : 'txt';
}

/** Throws if the name of the output says another format than the plan. */
export function checkFormat(target: Target, f: Output['f']): void {
  if (target.kind !== 'file' && target.kind !== 'template') return;
  const text = target.kind === 'file' ? target.path : target.text;
  const extension = extname(text).slice(1).toLowerCase();
  if (extension === '{format}' || extension === '{ext}') return;
  const expected = extensionOf(f);
  if (expected === undefined)
    throw wrongUsage(
      `${text}: expected {format} as the extension, since the plan chooses the format`,
    );
  if (extension === expected || ANSWERS[extension] === f) return;
  throw wrongUsage(
    `${text}: expected a name that ends in .${expected}, since the plan says f=${f}`,
  );
}

/** The name of a result whose format has this extension; `-` for the standard output. */
export function outputName(target: Target, input: Input, extension: string): string {
  switch (target.kind) {
    case 'stdout':
      return STANDARD;
    case 'file':
      return target.path;
    case 'folder':
      return join(target.path, input.below, `${input.name}.${extension}`);
    case 'template':
      return normalize(
        target.text
          .replaceAll('{dir}', () => input.below || '.')
          .replaceAll('{name}', () => input.name)
          .replaceAll('{ext}', () => input.extension)
          .replaceAll('{format}', () => extension),
      );
  }
}

/** Whether file systems usually do not tell capitals from small letters. */
const FOLDS_CASE = ['darwin', 'win32'].includes(process.platform);

/** Throws if two pictures would have the same result, or if a result would replace one of the pictures. */
export function checkNames(
  inputs: readonly Input[],
  { target, extension }: { target: Target; extension: string | undefined },
): void {
  if (target.kind === 'stdout') return;
  const sources = new Map(inputs.map(({ path, shown }) => [resolve(path), shown]));
  const takenBy = new Map<string, string>();
  for (const input of inputs) {
    // Results whose format is not known yet are compared without extension.
    const name = outputName(target, input, extension ?? '*');
    const key = FOLDS_CASE ? resolve(name).toLowerCase() : resolve(name);
    const other = takenBy.get(key);
    if (other !== undefined) {
      throw wrongUsage(
        `${other} and ${input.shown} would both become ${name}; a template such as {dir}/{name}-{ext}.{format} tells them apart`,
      );
    }
    takenBy.set(key, input.shown);
    const replaced = sources.get(resolve(name));
    if (replaced !== undefined)
      throw wrongUsage(`${name}: expected an output that is none of the inputs, got ${replaced}`);
  }
}
