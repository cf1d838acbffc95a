// Reorders a list by dragging a handle.

/** Index at which an element with this middle would stand among others, from the middles of the others in their order. */
export const indexAt = (middle: number, others: readonly number[]): number =>
  others.filter((other) => other < middle).length;

/** Calls `move` with the new index of `item` while it is dragged by its handle. */
export function listenDrag(
  handle: HTMLElement,
  item: HTMLElement,
  list: HTMLElement,
  move: (to: number) => void,
): void {
  handle.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.focus();
    const grabbed = event.clientY - item.getBoundingClientRect().top;
    item.classList.add('is-dragged');
    const follow = ({ clientY }: PointerEvent): void => {
      const height = item.offsetHeight;
      const top = clientY - grabbed;
      const others = [...list.children].filter((each) => each !== item);
      const middles = others.map((each) => {
        const box = each.getBoundingClientRect();
        return box.top + box.height / 2;
      });
      move(indexAt(top + height / 2, middles));
      item.style.transform = '';
      item.style.transform = `translateY(${top - item.getBoundingClientRect().top}px)`;
    };
    const end = new AbortController();
    const drop = (): void => {
      end.abort();
      item.classList.remove('is-dragged');
      item.style.transform = '';
    };
    // The item moves in the document while it is dragged, so the window listens.
    addEventListener('pointermove', follow, { signal: end.signal });
    addEventListener('pointerup', drop, { signal: end.signal });
    addEventListener('pointercancel', drop, { signal: end.signal });
  });
}
