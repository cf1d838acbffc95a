// The chain of steps: a list of cards that can be reordered, switched off, removed and edited, and the output at its end.
import type { Catalogue, Entry } from '../catalogue.ts';
import { announce, h, icon } from '../dom.ts';
import type { PictureShelf } from '../pictures/pictures.ts';
import type { Blame } from '../state/blame.ts';
import type { Store } from '../state/store.ts';
import {
  newStep,
  type Step,
  type Work,
  withMoved,
  withoutStep,
  withParam,
  withStep,
} from '../state/work.ts';
import { createAddDialog } from './add-dialog.ts';
import { type Card, createCard } from './card.ts';
import { listenDrag } from './drag.ts';
import { startParams } from './start-params.ts';

export type ChainUse = {
  store: Store;
  catalogue: Catalogue;
  pictures: PictureShelf;
  /** Opens the tool that picks the points of a step. */
  align: (step: Step) => void;
  /** Takes the step that was edited last. */
  edited: (id: number) => void;
};

export type Chain = {
  element: HTMLElement;
  show: (work: Work) => void;
  /** Shows an error at the parameter that it names. Returns whether it has a place. */
  problem: (blame: Blame, text: string) => boolean;
  /** Opens the card of a step. */
  open: (id: number) => void;
  add: (effect: string) => void;
};

export function createChain(use: ChainUse): Chain {
  const { store, catalogue, pictures, edited } = use;
  const list = h('ol', { class: 'cards', 'aria-label': 'Steps' });
  const cards = new Map<number, Card>();
  const output = catalogue.output && outputCard(catalogue.output);
  const dialog = createAddDialog(catalogue, (effect) => add(effect));
  const adding = h(
    'button',
    { type: 'button', class: 'button add', id: 'add-step', onclick: () => dialog.open() },
    icon('plus'),
    'Add a step',
  );
  const element = h('div', { class: 'chain' }, list, adding, output?.element);

  function add(effect: string): void {
    const entry = catalogue.entry(effect);
    if (!entry) return;
    const step = newStep(effect, startParams(entry, store.work(), catalogue.samples));
    store.change((work) => ({ ...work, steps: [...work.steps, step] }));
    edited(step.id);
    openOnly(step.id);
    cards.get(step.id)?.focus();
    announce(`${entry.name} added as step ${store.work().steps.length}`);
  }
  function openOnly(id: number): void {
    for (const [key, card] of cards) card.expand(key === id);
    output?.expand(false);
  }
  function outputCard(entry: Entry): Card {
    return createCard({
      entry,
      fixed: true,
      pictures,
      change: (param, value) =>
        store.change(
          (work) => ({ ...work, output: withParam(work.output, param, value) }),
          `output ${param}`,
        ),
    });
  }
  function cardOf(step: Step, entry: Entry): Card {
    const { id } = step;
    const indexOf = (): number => store.work().steps.findIndex((each) => each.id === id);
    const moveTo = (to: number, group?: string): void => {
      const count = store.work().steps.length;
      if (to < 0 || to >= count || to === indexOf()) return;
      store.change((work) => withMoved(work, id, to), group);
      announce(`${entry.name} is now step ${to + 1} of ${count}`);
    };
    const card: Card = createCard({
      entry,
      fixed: false,
      pictures,
      align: () => use.align(store.work().steps.find((each) => each.id === id) ?? step),
      change: (param, value) => {
        edited(id);
        store.change(
          (work) =>
            withStep(work, id, (old) => ({ ...old, params: withParam(old.params, param, value) })),
          `${id} ${param}`,
        );
      },
      toggle: () =>
        store.change((work) => withStep(work, id, (old) => ({ ...old, off: !old.off }))),
      remove: () => {
        const at = indexOf();
        store.change((work) => withoutStep(work, id));
        announce(`${entry.name} removed`);
        const next = store.work().steps[Math.min(at, store.work().steps.length - 1)];
        (next ? cards.get(next.id) : undefined)?.focus() ?? adding.focus();
      },
      move: (by) => {
        moveTo(indexOf() + by);
        card.focusHandle();
      },
    });
    listenDrag(card.handle, card.element, list, (to) => moveTo(to, `drag ${id}`));
    return card;
  }

  return {
    element,
    add,
    open: openOnly,
    show(work) {
      for (const [id, card] of cards) {
        if (work.steps.some((step) => step.id === id)) continue;
        card.element.remove();
        cards.delete(id);
      }
      work.steps.forEach((step, i) => {
        const entry = catalogue.entry(step.effect);
        if (!entry) return;
        const card = cards.get(step.id) ?? cardOf(step, entry);
        cards.set(step.id, card);
        if (list.children[i] !== card.element)
          list.insertBefore(card.element, list.children[i] ?? null);
        card.show(step, { at: i + 1, of: work.steps.length });
      });
      list.hidden = work.steps.length === 0;
      output?.show({ id: 0, effect: 'output', params: work.output }, { at: 0, of: 0 });
    },
    problem(blame, text) {
      for (const card of [...cards.values(), ...(output ? [output] : [])])
        card.problem(undefined, '');
      if (!blame || blame.step === 'source') return false;
      const card = blame.step === 'output' ? output : cards.get(blame.step);
      return card?.problem(blame.param, text) ?? false;
    },
  };
}
