// The pictures that the visitor can use: samples, files of this device, own addresses. Each place that takes a picture gets a picker.

import { inputText, sourceText } from '../../client/source-text.ts';
import { AppError } from '../../errors.ts';
import { isFile } from '../state/work.ts';
import { createFiles, type Files } from './files.ts';
import { createPicker, type Picker, type PickerUse } from './picker.ts';

export type PictureShelf = {
  files: Files;
  samples: readonly string[];
  /** A small picture for a text. */
  thumbnail: (text: string) => string;
  /** The whole picture for a text. */
  whole: (text: string) => string;
  /** The bytes of a picture, for an upload. Throws if they cannot be fetched. */
  blob: (text: string, signal: AbortSignal) => Promise<Blob>;
  picker: (use: PickerUse) => Picker;
  /** Calls `listener` when a file was added. */
  listen: (listener: () => void) => void;
  /** Takes a file; returns its text. Throws `RangeError` for what is no picture. */
  add: (file: File) => string;
};

const ASSET = 'asset:';

/** Edge of a thumbnail, in pixels. */
const THUMB = 144;

/** The text of an address or name as typed: for the end of a URL, or with `param` for an option. Throws `bad_source`. */
export const typedSource = (typed: string, param?: string): string =>
  param === undefined ? sourceText(typed) : inputText(typed, param);

/** Text for people: the name of a sample or file, or the address. */
export function shownName(text: string): string {
  if (text.startsWith(ASSET)) return text.slice(ASSET.length).replace(/\.\w+$/, '');
  if (isFile(text)) return text.slice('file:'.length);
  const address = decodedAddress(text);
  return address.split(/[?#]/)[0]?.split('/').filter(Boolean).at(-1) ?? address;
}

/** The address inside `b64:`, or the text itself. */
export function decodedAddress(text: string): string {
  if (!text.startsWith('b64:')) return text;
  try {
    const binary = atob(text.slice('b64:'.length).replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
  } catch {
    return text;
  }
}

export function createPictures(samples: readonly string[]): PictureShelf {
  const files = createFiles();
  const listeners: (() => void)[] = [];
  const shelf: PictureShelf = {
    files,
    samples: samples.map((name) => `${ASSET}${name}`),
    thumbnail: (text) =>
      shelf.samples.includes(text)
        ? `/page/samples/${text.slice(ASSET.length)}.webp`
        : (files.url(text) ??
          (isFile(text) ? '' : `/t/w=${THUMB},h=${THUMB},fit=cover/f=webp/${text}`)),
    whole(text) {
      if (text.startsWith(ASSET)) return `/samples/${text.slice(ASSET.length)}`;
      return files.url(text) ?? (isFile(text) ? '' : `/t/q=92/${text}`);
    },
    async blob(text, signal) {
      const file = files.get(text);
      if (file) return file;
      if (isFile(text)) {
        throw new AppError(
          'bad_source',
          `${shownName(text)} is not on this device any more: choose it again`,
        );
      }
      const response = await fetch(shelf.whole(text), { signal });
      if (!response.ok) throw new AppError('source_missing', `${text} cannot be fetched`);
      return response.blob();
    },
    picker: (use) => createPicker(use, shelf),
    listen: (listener) => void listeners.push(listener),
    add(file) {
      const text = files.add(file);
      for (const listener of listeners) listener();
      return text;
    },
  };
  return shelf;
}
