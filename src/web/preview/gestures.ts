// Gestures on the stage: drag, pinch, wheel, double click and keys.
import type { Point } from './view.ts';

export type GestureUse = {
  move: (by: Point) => void;
  /** `at` is measured from the centre of the element. */
  zoom: (factor: number, at: Point) => void;
  toggle: (at: Point) => void;
  step: (direction: 1 | -1) => void;
  fit: () => void;
};

/** Distance of one arrow key, in CSS pixels. */
const KEY_MOVE = 48;

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: KEY_MOVE, y: 0 },
  ArrowRight: { x: -KEY_MOVE, y: 0 },
  ArrowUp: { x: 0, y: KEY_MOVE },
  ArrowDown: { x: 0, y: -KEY_MOVE },
};

export function listenGestures(element: HTMLElement, use: GestureUse): void {
  const pointers = new Map<number, Point>();
  const fromCentre = ({ clientX, clientY }: MouseEvent): Point => {
    const box = element.getBoundingClientRect();
    return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
  };
  const isInput = (event: Event): boolean => event.target instanceof HTMLInputElement;
  const spread = (): { distance: number; middle: Point } => {
    const [a, b] = [...pointers.values()] as [Point, Point];
    return {
      distance: Math.hypot(a.x - b.x, a.y - b.y),
      middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
    };
  };

  element.addEventListener('pointerdown', (event) => {
    if (isInput(event) || event.button !== 0) return;
    pointers.set(event.pointerId, fromCentre(event));
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = fromCentre(event);
    if (pointers.size === 2) {
      const old = spread();
      pointers.set(event.pointerId, now);
      const { distance, middle } = spread();
      if (old.distance > 0) use.zoom(distance / old.distance, middle);
    } else {
      pointers.set(event.pointerId, now);
      use.move({ x: now.x - before.x, y: now.y - before.y });
    }
  });
  for (const name of ['pointerup', 'pointercancel'] as const) {
    element.addEventListener(name, (event) => void pointers.delete(event.pointerId));
  }
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      use.zoom(Math.exp(-event.deltaY / (event.ctrlKey ? 100 : 400)), fromCentre(event));
    },
    { passive: false },
  );
  element.addEventListener('dblclick', (event) => {
    if (!isInput(event)) use.toggle(fromCentre(event));
  });
  element.addEventListener('keydown', (event) => {
    if (isInput(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) use.move(arrow);
    else if (event.key === '+' || event.key === '=') use.step(1);
    else if (event.key === '-') use.step(-1);
    else if (event.key === '0') use.fit();
    else return;
    event.preventDefault();
  });
}
