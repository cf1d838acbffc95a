// Pieces of HTML as text.
import { Marked } from 'marked';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** The text with the characters that mean something in HTML escaped, for elements and for attributes in double quotes. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (mark) => entities[mark]!);

/** The text of HTML that `escaped` or the Markdown renderer wrote, without elements. */
export const plainText = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => marks[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();

const marks: Readonly<Record<string, string>> = {
  '&#39;': "'",
  ...Object.fromEntries(Object.entries(entities).map(([mark, entity]) => [entity, mark])),
};

/** Paths of 16×16 icons, drawn as those of the playground. */
const icons = {
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9zM10.5 10.5l3 3',
  theme: 'M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11',
  list: 'M3 4.5h10M3 8h10M3 11.5h10',
  play: 'M5 3l8 5-8 5z',
} as const;

/** An icon, which screen readers skip. */
export const icon = (name: keyof typeof icons): string =>
  `<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="${icons[name]}"/></svg>`;

/** Markdown without strikethrough: lists of values are joined by `~`. */
export const createMarked = (): Marked => new Marked({ tokenizer: { del: () => undefined } });
