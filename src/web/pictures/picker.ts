// A picker: tiles of named pictures, samples and files, a button for files, a field for an address. Files can be dropped on it.
import { messageOf } from '../../errors.ts';
import { h, icon, thumbnail } from '../dom.ts';
import { decodedAddress, type PictureShelf, shownName, typedSource } from './pictures.ts';

export type PickerUse = {
  /** Id of the first input. */
  id: string;
  /** What the picture is, for people; undefined for the main one. */
  label: string | undefined;
  /** Name of the parameter; undefined for the main picture. */
  param: string | undefined;
  /** Words that the parameter takes as pictures. */
  names: readonly string[];
  /** Pictures of those words, as addresses of this service. */
  previews: Readonly<Record<string, string>>;
  choose: (text: string) => void;
};

export type Picker = { element: HTMLElement; show: (chosen: readonly string[]) => void };

export function createPicker(use: PickerUse, shelf: PictureShelf): Picker {
  const { id, label, param, names, previews, choose } = use;
  let chosen: readonly string[] = [];
  const tiles = h('div', { class: 'tiles' });
  const error = h('p', { class: 'field-problem', role: 'alert', hidden: true });
  const fail = (problem: unknown): void => {
    error.textContent = messageOf(problem);
    error.hidden = false;
  };
  const attempt = (text: () => string): void => {
    try {
      const made = text();
      error.hidden = true;
      choose(made);
    } catch (problem) {
      fail(problem);
    }
  };
  const input = h('input', {
    type: 'file',
    accept: 'image/*',
    class: 'visually-hidden',
    tabindex: '-1',
    'aria-label': `Choose a file${label ? ` for ${label}` : ''}`,
    onchange: () => {
      const file = input.files?.[0];
      input.value = '';
      if (file) attempt(() => shelf.add(file));
    },
  });
  const browse = h(
    'button',
    { type: 'button', class: 'button', onclick: () => input.click() },
    icon('image'),
    'Choose a file',
  );
  const address = h('input', {
    id,
    type: 'url',
    class: 'text',
    placeholder: 'https://… or asset:name',
    'aria-label': `Address of a picture${label ? ` for ${label}` : ''}`,
    autocomplete: 'off',
    spellcheck: 'false',
    onchange: () => {
      const typed = address.value.trim();
      if (typed) attempt(() => typedSource(typed, param));
    },
  });
  const element = h(
    'div',
    { class: 'picker' },
    tiles,
    h('div', { class: 'picker-own' }, browse, input, address),
    error,
  );
  acceptDrops(element, (file) => attempt(() => shelf.add(file)));

  function draw(): void {
    const files = shelf.files.texts();
    const others = chosen.filter(
      (text) => ![...names, ...files, ...shelf.samples].includes(text) && text !== '',
    );
    const texts = [...others, ...files, ...names, ...shelf.samples];
    const key = texts.join('\n');
    if (tiles.dataset.key !== key) {
      tiles.dataset.key = key;
      tiles.replaceChildren(...texts.map(tile));
    }
    for (const button of tiles.querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(chosen.includes(button.dataset.text ?? '')));
    }
  }
  function tile(text: string): HTMLElement {
    const src = previews[text] ?? (names.includes(text) ? '' : shelf.thumbnail(text));
    const title = names.includes(text) ? text : shownName(text);
    return h(
      'button',
      {
        type: 'button',
        class: 'tile',
        'data-text': text,
        'aria-pressed': 'false',
        title: names.includes(text) ? text : decodedAddress(text),
        onclick: () => choose(text),
      },
      thumbnail(src, { width: 72, height: 72 }),
      h('span', { class: 'tile-name' }, title),
    );
  }
  shelf.listen(draw);
  return {
    element,
    show: (texts) => {
      chosen = texts;
      draw();
    },
  };
}

/** Lets files be dropped on an element. */
export function acceptDrops(element: HTMLElement, take: (file: File) => void): void {
  const hasFiles = (event: DragEvent): boolean =>
    event.dataTransfer?.types.includes('Files') === true;
  let depth = 0;
  const mark = (change: number): void => {
    depth = Math.max(0, depth + change);
    element.classList.toggle('drop-here', depth > 0);
  };
  element.addEventListener('dragenter', (event) => hasFiles(event) && mark(1));
  element.addEventListener('dragleave', (event) => hasFiles(event) && mark(-1));
  element.addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  element.addEventListener('drop', (event) => {
    mark(-depth);
    const file = event.dataTransfer?.files[0];
    if (!file || event.defaultPrevented) return;
    event.preventDefault();
    take(file);
  });
}
