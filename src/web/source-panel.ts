// The main picture: what is shown now, and the picker that changes it.
import { h, icon } from './dom.ts';
import { type PictureShelf, shownName } from './pictures/pictures.ts';
import type { Store } from './state/store.ts';

export type SourcePanel = {
  element: HTMLElement;
  show: (source: string) => void;
  problem: (text: string) => void;
  /** Takes a picture as the main one. */
  choose: (source: string) => void;
};

export function createSourcePanel(store: Store, pictures: PictureShelf): SourcePanel {
  const choose = (source: string): void =>
    store.change((work) => (work.source === source ? work : { ...work, source }));
  const picker = pictures.picker({
    id: 'source',
    label: undefined,
    param: undefined,
    names: [],
    previews: {},
    choose,
  });
  const image = h('img', { class: 'source-thumb', alt: '', width: '56', height: '56' });
  const name = h('span', { class: 'source-name' });
  const problem = h('p', { class: 'field-problem', role: 'alert', hidden: true });
  const details = h(
    'details',
    { class: 'source', open: true },
    h(
      'summary',
      {},
      image,
      h('span', { class: 'source-words' }, h('span', { class: 'source-title' }, 'Picture'), name),
      icon('chevron'),
    ),
    picker.element,
    h('p', { class: 'summary' }, 'Drop a picture anywhere, or paste one.'),
    problem,
  );
  return {
    element: details,
    choose,
    show(source) {
      const thumb = pictures.thumbnail(source);
      if (image.getAttribute('src') !== thumb) image.setAttribute('src', thumb);
      name.textContent = shownName(source);
      picker.show([source]);
    },
    problem(text) {
      problem.textContent = text;
      problem.hidden = text === '';
      if (text) details.open = true;
    },
  };
}
