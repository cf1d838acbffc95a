// Ranks the places of the documentation by the words of a search.

/** A page in the index: path, title, text, and its places with their titles, anchors, texts and further words. */
export type IndexedPage = [
  path: string,
  title: string,
  text: string,
  places: [title: string, anchor: string, text?: string, words?: string][],
];

/** A place that was found. `page` is the title of its page, empty if the place is the page itself. */
export type Found = { title: string; page: string; link: string; text: string };

/** Most places that are shown. */
const MOST = 12;

/** The best places that have all words of the query, each word at the beginning of a word or inside a longer one. */
export function ranked(index: readonly IndexedPage[], query: string): Found[] {
  const wanted = wordsOf(query);
  if (wanted.length === 0) return [];
  const scored: { found: Found; score: number }[] = [];
  for (const [path, pageTitle, pageText, places] of index) {
    const add = (found: Found, score: number): void => {
      if (score > 0) scored.push({ found, score });
    };
    // Pages come before places of the same score.
    add(
      { title: pageTitle, page: '', link: path, text: pageText },
      scoreOf(wanted, { title: pageTitle, text: pageText, page: '' }) * 1.1,
    );
    for (const [title, anchor, text = '', words = ''] of places) {
      const link = `${path}#${anchor}`;
      add(
        { title, page: pageTitle, link, text },
        scoreOf(wanted, { title, text: `${text} ${words}`, page: pageTitle }),
      );
    }
  }
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ found }) => found);
}

const wordsOf = (text: string): string[] =>
  text.toLowerCase().match(/[\p{L}\p{N}]+(?:[._-][\p{L}\p{N}]+)*/gu) ?? [];

type Texts = { title: string; text: string; page: string };

/** The sum over all words; 0 if one of them is nowhere. */
function scoreOf(words: readonly string[], { title, text, page }: Texts): number {
  const lower = title.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const score =
      10 * match(lower, word) ||
      3 * match(page.toLowerCase(), word) ||
      2 * match(text.toLowerCase(), word);
    if (score === 0) return 0;
    sum += score;
  }
  // Of titles with the same words the shorter one is nearer to what was asked.
  return sum / (1 + title.length / 200);
}

/** How well a text has a word: as a whole word, as the beginning of one, inside one, or not. */
function match(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  const parts = wordsOf(text).flatMap((part) => [part, ...part.split(/[._-]/)]);
  if (parts.includes(word)) return 3;
  return parts.some((part) => part.startsWith(word)) ? 2 : word.length > 2 ? 1 : 0;
}
