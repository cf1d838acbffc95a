// The dialog in which points are picked on both pictures: the first point of one lies on the first point of the other.
import { messageOf } from '../../errors.ts';
import { h, iconButton } from '../dom.ts';
import { FEWEST, FIRST, MOST, type Pair, type Place } from './pairs.ts';

export type AlignUse = {
  /** Address of the picture that the step gets, which may still have to be made; the dialog releases addresses of this page. */
  near: Promise<string>;
  /** Address of the other picture. */
  far: string;
  pairs: readonly Pair[] | undefined;
  /** Takes the pairs when a point was moved; undefined if the pictures are not aligned any more. */
  change: (pairs: readonly Pair[] | undefined) => void;
};

export type Align = { open: (use: AlignUse) => void };

type Side = keyof Pair;

/** Distance of one arrow key, as a share of the edge; with shift a fifth of it. */
const KEY_STEP = 0.01;

const ARROWS: Readonly<Record<string, Place>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

export function createAlign(): Align {
  let pairs: Pair[] = [];
  let change: AlignUse['change'] = () => {};
  const boards = { near: board('near', 'Seen close up'), far: board('far', 'Seen from afar') };
  const problem = h('p', { class: 'field-problem', role: 'alert', hidden: true });
  const third = h(
    'button',
    {
      type: 'button',
      class: 'button',
      onclick: () => {
        pairs = pairs.length < MOST ? [...pairs, FIRST[pairs.length]!] : pairs.slice(0, FEWEST);
        update();
      },
    },
    'Third point',
  );
  const dialog = h(
    'dialog',
    { class: 'sheet align-dialog', 'aria-label': 'Align by points' },
    h(
      'div',
      { class: 'sheet-head' },
      h('h2', {}, 'Align by points'),
      iconButton('close', 'Close', { onclick: () => dialog.close() }),
    ),
    h(
      'div',
      { class: 'sheet-body' },
      h(
        'p',
        { class: 'summary' },
        'Drag each number to the same feature in both pictures, such as the left eye and the right eye. Arrow keys move a focused point.',
      ),
      problem,
      h('div', { class: 'boards' }, boards.near.element, boards.far.element),
      h(
        'div',
        { class: 'sheet-foot' },
        third,
        h(
          'button',
          {
            type: 'button',
            class: 'button',
            onclick: () => {
              change(undefined);
              dialog.close();
            },
          },
          'Do not align',
        ),
        h(
          'button',
          { type: 'button', class: 'button primary', onclick: () => dialog.close() },
          'Done',
        ),
      ),
    ),
  );

  let shown: Promise<string> | undefined;
  async function showNear(address: Promise<string>): Promise<void> {
    shown = address;
    boards.near.image.removeAttribute('src');
    problem.hidden = true;
    try {
      const src = await address;
      if (shown === address) boards.near.image.src = src;
    } catch (error) {
      if (shown !== address) return;
      problem.textContent = messageOf(error);
      problem.hidden = false;
    }
  }
  dialog.addEventListener('close', () => {
    const { src } = boards.near.image;
    if (src.startsWith('blob:') && shown) URL.revokeObjectURL(src);
    shown = undefined;
  });

  function board(side: Side, title: string) {
    const image = h('img', { alt: title, draggable: 'false' });
    const area = h('div', { class: 'board-area' }, image);
    const points = FIRST.map((_, i) => pointOf(side, i, area));
    area.append(...points);
    return {
      image,
      points,
      element: h('figure', { class: 'board' }, h('figcaption', {}, title), area),
    };
  }
  function pointOf(side: Side, i: number, area: HTMLElement): HTMLElement {
    const point = h('button', { type: 'button', class: 'point' }, String(i + 1));
    const put = (place: Place): void => {
      const old = pairs[i];
      if (!old) return;
      pairs[i] = { ...old, [side]: { x: clamp(place.x), y: clamp(place.y) } };
      draw();
    };
    point.addEventListener('keydown', (event) => {
      const arrow = ARROWS[event.key];
      const place = pairs[i]?.[side];
      if (!arrow || !place) return;
      event.preventDefault();
      const step = event.shiftKey ? KEY_STEP / 5 : KEY_STEP;
      put({ x: place.x + step * arrow.x, y: place.y + step * arrow.y });
      update();
    });
    point.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      point.focus();
      point.setPointerCapture(event.pointerId);
    });
    point.addEventListener('pointermove', (event) => {
      if (!point.hasPointerCapture(event.pointerId)) return;
      const box = area.getBoundingClientRect();
      put({ x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height });
    });
    // A result for each move would keep the service busy behind the dialog.
    point.addEventListener('lostpointercapture', () => update());
    return point;
  }
  function draw(): void {
    for (const side of ['near', 'far'] as const) {
      boards[side].points.forEach((point, i) => {
        const place = pairs[i]?.[side];
        point.hidden = !place;
        if (!place) return;
        point.style.left = `${100 * place.x}%`;
        point.style.top = `${100 * place.y}%`;
        const [x, y] = [Math.round(100 * place.x), Math.round(100 * place.y)];
        point.setAttribute(
          'aria-label',
          `Point ${i + 1} of the ${side} picture, ${x} % across, ${y} % down`,
        );
      });
    }
    third.textContent = pairs.length < MOST ? 'Third point' : 'Two points';
  }
  function update(): void {
    draw();
    change([...pairs]);
  }

  return {
    open(use) {
      if (!dialog.isConnected) document.body.append(dialog);
      pairs = [...(use.pairs ?? FIRST.slice(0, FEWEST))];
      change = use.change;
      boards.far.image.src = use.far;
      void showNear(use.near);
      draw();
      dialog.showModal();
    },
  };
}
