// Pictures of this device: names for them, and where their bytes are until the page is closed.
import { FILE } from '../state/work.ts';
import { keepFile, keptFiles } from './kept.ts';

export type Files = {
  /** Takes a file and returns its text, `file:<name>`. Throws `RangeError` if it is no picture or too large. */
  add: (file: File) => string;
  get: (text: string) => File | undefined;
  /** An address of this page for the file. */
  url: (text: string) => string | undefined;
  /** Texts of all files, the newest first. */
  texts: () => string[];
  /** Loads the files of an earlier visit. */
  restore: () => Promise<void>;
};

/** Largest file that the service takes unless it is configured otherwise, in bytes. */
const MOST_BYTES = 20 * 2 ** 20;

/** A name for a file that an address can hold: letters, digits, dots, lines. */
export function fileName(name: string, taken: (name: string) => boolean): string {
  const plain =
    name
      .normalize('NFKD')
      .replace(/[^\w.-]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'picture';
  const short = plain.slice(-60);
  for (let n = 1; ; n++) {
    const numbered = n === 1 ? short : short.replace(/(\.\w+)?$/, `-${n}$1`);
    if (!taken(numbered)) return numbered;
  }
}

export function createFiles(): Files {
  const files = new Map<string, File>();
  const urls = new Map<string, string>();
  const isSame = (a: File | undefined, b: File): boolean =>
    a !== undefined && a.size === b.size && a.lastModified === b.lastModified;
  return {
    add(file) {
      if (file.size === 0) throw new RangeError(`${file.name} is empty`);
      if (file.size > MOST_BYTES) {
        throw new RangeError(`${file.name} is larger than ${MOST_BYTES / 2 ** 20} MiB`);
      }
      if (file.type !== '' && !file.type.startsWith('image/')) {
        throw new RangeError(`${file.name} is no picture`);
      }
      const name = fileName(
        file.name,
        (each) => files.has(FILE + each) && !isSame(files.get(FILE + each), file),
      );
      files.set(FILE + name, file);
      void keepFile(name, file);
      return FILE + name;
    },
    get: (text) => files.get(text),
    url(text) {
      const file = files.get(text);
      if (!file) return undefined;
      const known = urls.get(text) ?? URL.createObjectURL(file);
      urls.set(text, known);
      return known;
    },
    texts: () => [...files.keys()].reverse(),
    async restore() {
      for (const [name, file] of await keptFiles()) {
        if (!files.has(FILE + name)) files.set(FILE + name, file);
      }
    },
  };
}
