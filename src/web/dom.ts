// Makes elements of the page, without markup in strings.

type Attributes = Readonly<Record<string, unknown>>;
export type Child = Node | string | false | undefined;

/**
 * An element. Attributes that are functions listen to the event of their name without `on`; `true` is an empty attribute, `false` and
 * undefined are none.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name.slice(2), value as EventListener);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** Paths of 16×16 icons, drawn with a line of 1.5. */
const icons = {
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  close: 'M4 4l8 8M12 4l-8 8',
  grip: 'M6 3.5v.01M10 3.5v.01M6 8v.01M10 8v.01M6 12.5v.01M10 12.5v.01',
  chevron: 'M5 6.5l3 3 3-3',
  undo: 'M6 3L3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H7',
  redo: 'M10 3l3 3-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H9',
  share: 'M8 10V2.5M5 5l3-3 3 3M3.5 8.5v4a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1v-4',
  copy: 'M5.5 5.5h7v8h-7zM3.5 10.5v-8h7',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z',
  image: 'M2.5 3h11v10h-11zM2.5 11l3.5-4 3 3 1.5-1.5 3 3',
  compare: 'M8 2v12M2.5 4h4v8h-4M9.5 4h4v8h-4',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  grid: 'M2.5 2.5h11v11h-11zM2.5 6.2h11M2.5 9.8h11M6.2 2.5v11M9.8 2.5v11',
  download: 'M8 2.5V10M5 7.5l3 3 3-3M3 13.5h10',
  walk: 'M9 2.5v.01M8.5 5L6 7l1 3.5L5 14M8.5 5l1.5 3 2 1M7.5 9L10 14',
  pin: 'M8 14S3.5 9.6 3.5 6.5a4.5 4.5 0 0 1 9 0C12.5 9.6 8 14 8 14zM8 5.2v2.6',
  book: 'M3 2.5h4a1.5 1.5 0 0 1 1 .5a1.5 1.5 0 0 1 1-.5h4v10H9a1.5 1.5 0 0 0-1 .5a1.5 1.5 0 0 0-1-.5H3zM8 3v10',
  theme: 'M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11',
  play: 'M5 3l8 5-8 5z',
  reset: 'M3 8a5 5 0 1 0 1.5-3.5L3 6M3 3v3h3',
  swap: 'M4.5 13V3.5M2 6l2.5-2.5L7 6M11.5 3v9.5M9 10l2.5 2.5L14 10',
  link: 'M6.5 9.5l3-3M7 4.5l1.5-1.5a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5L7.5 13a2.8 2.8 0 0 1-4-4L5 7.5',
} as const;

export type IconName = keyof typeof icons;

const SVG = 'http://www.w3.org/2000/svg';

/** An element of SVG. */
export function svg(tag: string, attributes: Attributes, ...children: readonly Node[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** An icon, which screen readers skip. */
export const icon = (name: IconName): SVGElement =>
  svg(
    'svg',
    { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    svg('path', { d: icons[name] }),
  );

/** A button with an icon and a name that screen readers and tooltips show. */
export const iconButton = (
  name: IconName,
  label: string,
  attributes: Attributes = {},
): HTMLButtonElement =>
  h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': label, title: label, ...attributes },
    icon(name),
  );

/** Times that a small picture is asked for again, and the pause before the first of them in milliseconds; each is longer than the last. */
const MOST_RETRIES = 5;
const RETRY_MS = 1200;

/** A small picture beside a text that names it. A busy service refuses pictures for a moment, so it is asked again. */
export function thumbnail(src: string, size: { width: number; height: number }): HTMLElement {
  if (src === '') return h('span', { class: 'tile-blank' });
  const image = h('img', { src, alt: '', loading: 'lazy', class: 'is-loading', ...size });
  let tries = 0;
  image.addEventListener('load', () => image.classList.remove('is-loading'));
  image.addEventListener('error', () => {
    if (tries++ >= MOST_RETRIES) return;
    setTimeout(() => {
      if (image.isConnected) image.src = src;
    }, RETRY_MS * tries);
  });
  return image;
}

/** The element of the document with this id. Throws if there is none. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element with the id ${id}`);
  return element;
}

let ids = 0;

/** An id that no other element has. */
export const freshId = (name: string): string => `${name}-${++ids}`;

/** Whether the visitor wants little motion. */
export const isCalm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Says a sentence to screen readers. */
export function announce(text: string): void {
  byId('announcer').textContent = text;
}
