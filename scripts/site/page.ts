// What a page of the site is.

/** A place on a page that the search finds. */
export type Finding = {
  title: string;
  /** Id of the element; empty for the page itself. */
  anchor: string;
  /** What it is about, in some words. */
  text: string;
  /** Further words that find it, which are not shown. */
  words?: string;
};

/** A heading in the page's own table of contents. */
export type Heading = { id: string; title: string };

export type Page = {
  /** Path from the root of the site: `effects/blur.html`. */
  path: string;
  title: string;
  /** One or two sentences for search engines and for the search. */
  description: string;
  /** The content of `<main>`, which begins with its `<h1>`. */
  body: string;
  headings: readonly Heading[];
  findings: readonly Finding[];
};

/** The path of a file of the site as a link on the page at `from`. */
export function linkFrom(from: string, to: string): string {
  const [file = '', anchor] = to.split('#');
  const up = '../'.repeat(from.split('/').length - 1);
  return `${file === from ? '' : up + file}${anchor === undefined ? '' : `#${anchor}`}` || '#';
}
