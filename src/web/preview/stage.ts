// The stage: shows the result and the original at one scale, with a slider between them, zoom, and a grid of cells.
import { h } from '../dom.ts';
import { listenGestures } from './gestures.ts';
import {
  FITTED,
  moved,
  nextScale,
  type Point,
  placeOf,
  type Size,
  scaleOf,
  type View,
  zoomed,
} from './view.ts';

export type Eye = { scale: number; sigma: number };

export type Stage = {
  element: HTMLElement;
  /** Shows a picture once it is decoded; rejects if it cannot be. */
  picture: (url: string) => Promise<void>;
  /** Shows text instead of a picture. */
  text: (text: string) => void;
  original: (url: string) => void;
  compare: (on: boolean) => void;
  /** Zooms a step in (1) or out (-1). */
  zoomStep: (direction: 1 | -1) => void;
  /** Shows the picture at a scale, or all of it. */
  zoomTo: (scale: number | 'fit') => void;
  /** Lines between the cells of a grid, or none. */
  grid: (cells: { columns: number; rows: number } | undefined) => void;
  /** Shows the picture as an eye at a distance sees it. */
  eye: (eye: Eye | undefined) => void;
  /** Mixes the result with the original: shows this share of the result, or the result alone. */
  blend: (share: number | undefined) => void;
  /** Size of the picture in its pixels. */
  size: () => Size | undefined;
  url: () => string;
  busy: (on: boolean) => void;
};

/** From this scale on, pixels have hard edges. */
const HARD_EDGES = 2;

/** `changed` is called with the scale when it has changed. */
export function createStage(changed: (scale: number, fitted: boolean) => void): Stage {
  const result = h('img', { class: 'result', alt: 'Result', hidden: true, draggable: 'false' });
  // A picture that comes before the page is laid out has no place yet; showing it there would look like a jump.
  result.style.visibility = 'hidden';
  const original = h('img', { class: 'original', alt: 'Original', draggable: 'false' });
  const under = h('div', { class: 'layer layer-original', hidden: true }, original);
  const lines = h('div', { class: 'grid-lines', hidden: true });
  const words = h('pre', { class: 'stage-text', hidden: true, tabindex: '0' });
  const split = h('input', {
    type: 'range',
    class: 'split',
    min: '0',
    max: '100',
    step: '0.5',
    value: '50',
    'aria-label': 'Part of the original',
    hidden: true,
    oninput: () => setSplit(),
  });
  const line = h(
    'div',
    { class: 'split-line', hidden: true, 'aria-hidden': 'true' },
    h('span', { class: 'split-tag' }, 'Original'),
    h('span', { class: 'split-knob' }),
    h('span', { class: 'split-tag' }, 'Result'),
  );
  const canvas = h('div', { class: 'layer' }, result, lines);
  const element = h(
    'div',
    {
      class: 'stage',
      tabindex: '0',
      role: 'group',
      'aria-label': 'Picture: + and − zoom, 0 fits, arrows move',
    },
    canvas,
    under,
    line,
    split,
    words,
  );

  let view: View = FITTED;
  let size: Size | undefined;
  /** Size of the stage, once it is laid out. */
  let room: Size | undefined;
  let wanted = '';
  let eye: Eye | undefined;
  let originalUrl = '';

  /** Fetches the original when it is seen, not before. */
  function loadOriginal(): void {
    if (!under.hidden && original.getAttribute('src') !== originalUrl) original.src = originalUrl;
  }
  const setSplit = (): void => element.style.setProperty('--split', `${split.value}%`);
  setSplit();

  function layOut(): void {
    if (!size || !room) return;
    result.style.visibility = '';
    const { x, y, width, height } = placeOf(view, size, room);
    const scale = scaleOf(view, size, room);
    for (const box of [result, original, lines]) {
      box.style.left = `${x}px`;
      box.style.top = `${y}px`;
      box.style.width = `${width}px`;
      box.style.height = `${height}px`;
    }
    element.classList.toggle('hard-edges', scale >= HARD_EDGES);
    result.style.transform = eye ? `scale(${eye.scale})` : '';
    result.style.filter = eye && eye.sigma > 0 ? `blur(${eye.sigma * scale}px)` : '';
    changed(scale, view.scale === 'fit');
  }
  function set(next: View): void {
    view = next;
    layOut();
  }
  const move = (by: Point): void => {
    if (size && room) set(moved(view, by, size, room));
  };
  const zoomTo = (to: number, at?: Point): void => {
    if (size && room) set(zoomed(view, { to, ...(at && { at }) }, size, room));
  };
  const scaleNow = (): number => (size && room ? scaleOf(view, size, room) : 1);
  const toggle = (at: Point): void =>
    view.scale === 'fit' ? zoomTo(Math.max(2, 2 * scaleNow()), at) : set(FITTED);

  listenGestures(element, {
    move,
    zoom: (factor, at) => zoomTo(factor * scaleNow(), at),
    toggle,
    step: (direction) => zoomTo(nextScale(scaleNow(), direction)),
    fit: () => set(FITTED),
  });
  new ResizeObserver(([entry]) => {
    const box = entry?.contentRect;
    if (!box || box.width === 0) return;
    room = { width: box.width, height: box.height };
    layOut();
  }).observe(element);

  return {
    element,
    async picture(url) {
      wanted = url;
      const next = new Image();
      next.src = url;
      await next.decode();
      if (wanted !== url) return;
      size = { width: next.naturalWidth, height: next.naturalHeight };
      result.src = url;
      result.hidden = false;
      words.hidden = true;
      layOut();
    },
    text(text) {
      wanted = '';
      words.textContent = text;
      words.hidden = false;
      result.hidden = true;
    },
    original(url) {
      originalUrl = url;
      loadOriginal();
    },
    compare(on) {
      for (const each of [under, line, split]) each.hidden = !on;
      element.classList.toggle('comparing', on);
      loadOriginal();
    },
    zoomStep: (direction) => zoomTo(nextScale(scaleNow(), direction)),
    zoomTo: (scale) => (scale === 'fit' ? set(FITTED) : zoomTo(scale)),
    grid(cells) {
      lines.hidden = !cells;
      if (!cells) return;
      lines.style.backgroundSize = `calc(100% / ${cells.columns}) calc(100% / ${cells.rows})`;
    },
    eye(next) {
      eye = next;
      layOut();
    },
    blend(share) {
      const on = share !== undefined;
      under.hidden = !on && !element.classList.contains('comparing');
      under.classList.toggle('is-blended', on);
      under.style.opacity = on ? String(1 - share) : '';
      loadOriginal();
    },
    size: () => size,
    url: () => (result.hidden ? '' : result.src),
    busy: (on) => {
      element.setAttribute('aria-busy', String(on));
    },
  };
}
