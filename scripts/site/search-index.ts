// The index of the site's search, as a script: pages from another origin, or from a folder, could not fetch it.
import type { Page } from './page.ts';

/** Longest text of an entry in the index, in characters. */
const TEXT = 90;

/** The script that hands the entries to the search: for each page its path, title and text, then for each place in it title, anchor, text and further words. */
export function searchIndex(pages: readonly Page[]): string {
  const entries = pages.map(({ path, title, description, findings }) => [
    path,
    title,
    shortened(description),
    findings.map(({ title: name, anchor, text, words }) => {
      const texts = words ? [shortened(text), words] : text ? [shortened(text)] : [];
      return [name, anchor, ...texts];
    }),
  ]);
  return `tesseraFound(${JSON.stringify(entries)});\n`;
}

const shortened = (text: string): string =>
  text.length <= TEXT ? text : text.slice(0, text.lastIndexOf(' ', TEXT));
