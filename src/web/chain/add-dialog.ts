// The list of effects to add: searchable, each with a picture of what it does.
import type { Catalogue, Entry } from '../catalogue.ts';
import { labelOf } from '../controls/kind.ts';
import { h, iconButton, thumbnail } from '../dom.ts';

export type AddDialog = { open: () => void };

/** Whether an effect is found by a search: every word of it is somewhere in its name, summary or parameters. */
export function matches({ name, summary, parameters, aliases }: Entry, search: string): boolean {
  const text = [name, summary, ...Object.keys(parameters.properties), ...Object.keys(aliases)]
    .join(' ')
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** `add` is called with the name of the chosen effect. */
export function createAddDialog(catalogue: Catalogue, add: (effect: string) => void): AddDialog {
  const search = h('input', {
    type: 'search',
    class: 'text search',
    placeholder: 'Search effects: pixels, palette, blur, size …',
    'aria-label': 'Search effects',
    autocomplete: 'off',
    spellcheck: 'false',
    oninput: () => filter(),
  });
  const none = h('p', { class: 'summary', hidden: true }, 'No effect has these words.');
  const count = h('p', { class: 'visually-hidden', role: 'status' });
  const groups = [
    group(
      'Effects',
      catalogue.entries.filter(({ segment }) => segment === 'step'),
    ),
    group(
      'Size, light and colour',
      catalogue.entries.filter(({ segment }) => segment === 'options'),
    ),
  ];
  const tiles = groups.flatMap((each) => each.tiles);
  const dialog = h(
    'dialog',
    { class: 'sheet add-dialog', 'aria-label': 'Add a step' },
    h(
      'form',
      {
        class: 'sheet-head',
        onsubmit: (event: Event) => {
          event.preventDefault();
          const first = tiles.find(({ element }) => !element.hidden);
          if (first) choose(first.entry);
        },
      },
      search,
      iconButton('close', 'Close', { onclick: () => dialog.close() }),
    ),
    h('div', { class: 'sheet-body' }, ...groups.map(({ element }) => element), none),
    count,
  );
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());

  function group(title: string, entries: readonly Entry[]) {
    const made = entries.map((entry) => ({ entry, element: tileOf(entry) }));
    const element = h(
      'section',
      {},
      h('h3', {}, title),
      h('div', { class: 'effects' }, ...made.map((tile) => tile.element)),
    );
    return { element, tiles: made };
  }
  function tileOf(entry: Entry): HTMLElement {
    return h(
      'button',
      { type: 'button', class: 'effect', 'data-effect': entry.name, onclick: () => choose(entry) },
      thumbnail(entry.thumbnail ?? '', { width: 160, height: 120 }),
      h('span', { class: 'effect-name' }, labelOf(entry.name)),
      h('span', { class: 'effect-summary' }, entry.summary),
    );
  }
  function choose(entry: Entry): void {
    dialog.close();
    add(entry.name);
  }
  function filter(): void {
    const words = search.value.trim();
    for (const { entry, element } of tiles) element.hidden = !matches(entry, words);
    for (const { element, tiles: own } of groups) {
      element.hidden = own.every((tile) => tile.element.hidden);
    }
    const found = tiles.filter(({ element }) => !element.hidden).length;
    none.hidden = found > 0;
    count.textContent = `${found} effects`;
  }

  return {
    open() {
      if (!dialog.isConnected) document.body.append(dialog);
      search.value = '';
      filter();
      dialog.showModal();
      search.focus();
    },
  };
}
