// A palette: named ones as swatches, and an editor for colours of one's own.
import { h, iconButton } from '../dom.ts';
import { hexColour } from './colour.ts';
import type { Control, ControlUse } from './control.ts';

/** Most colours that the service takes. */
const MOST_COLOURS = 256;

/** How many colours of a named palette its button shows. */
const SHOWN = 16;

/** The colours of a palette's text, as `#rrggbb`. */
export const coloursOf = (text: string): string[] =>
  text.split('~').flatMap((colour) => hexColour(colour) ?? []);

/** The text of a palette of these colours. */
export const paletteText = (colours: readonly string[]): string =>
  colours.map((colour) => colour.replace('#', '')).join('~');

export function paletteControl(
  { id, schema, change }: ControlUse,
  names: readonly string[],
): Control {
  const swatches = schema.ui?.swatches ?? {};
  const fallback = schema.default === undefined ? undefined : String(schema.default);
  const buttons = names.map((name) =>
    h(
      'button',
      { type: 'button', class: 'palette', 'aria-pressed': 'false', onclick: () => change(name) },
      h('span', { class: 'palette-name' }, name),
      strip(coloursOf(swatches[name] ?? '').slice(0, SHOWN)),
    ),
  );
  const editor = h('div', { class: 'palette-editor' });
  const own = h(
    'button',
    {
      type: 'button',
      class: 'palette',
      'aria-pressed': 'false',
      onclick: () => change(paletteText(current.length > 1 ? current : ['#14213d', '#ffe8c7'])),
    },
    h('span', { class: 'palette-name' }, 'your own'),
    h('span', { class: 'strip strip-own' }),
  );
  let current: string[] = [];
  let isOwn = false;

  const set = (colours: readonly string[]): void => change(paletteText(colours));
  function edit(): void {
    const focused = [...editor.querySelectorAll('input')].indexOf(
      document.activeElement as HTMLInputElement,
    );
    // While a colour is being picked, its input must stay.
    const inputs = [...editor.querySelectorAll<HTMLInputElement>('input[type=color]')];
    if (isOwn && inputs.length === current.length) {
      for (const [i, input] of inputs.entries()) input.value = current[i]!;
      return;
    }
    editor.replaceChildren(
      ...(isOwn
        ? [
            ...current.map((colour, i) => swatch(colour, i)),
            iconButton('plus', 'Add a colour', {
              class: 'icon-button swatch-add',
              disabled: current.length >= MOST_COLOURS,
              onclick: () => set([...current, current.at(-1) ?? '#808080']),
            }),
          ]
        : []),
    );
    if (focused >= 0)
      editor.querySelectorAll('input')[Math.min(focused, current.length - 1)]?.focus();
  }
  function swatch(colour: string, i: number): HTMLElement {
    const input = h('input', {
      type: 'color',
      value: colour,
      'aria-label': `Colour ${i + 1}`,
      oninput: () => set(current.map((each, j) => (j === i ? input.value : each))),
    });
    return h(
      'span',
      { class: 'swatch' },
      input,
      h(
        'button',
        {
          type: 'button',
          'aria-label': `Remove colour ${i + 1}`,
          disabled: current.length <= 2,
          onclick: () => set(current.filter((_, j) => j !== i)),
        },
        '×',
      ),
    );
  }

  return {
    element: h(
      'div',
      { class: 'palettes', id },
      h('div', { class: 'palette-list' }, ...buttons, own),
      editor,
    ),
    group: true,
    show: (value) => {
      const shown = value ?? fallback;
      isOwn = value?.includes('~') === true;
      current = coloursOf(isOwn ? (value ?? '') : (swatches[shown ?? ''] ?? ''));
      for (const [i, button] of buttons.entries()) {
        button.setAttribute('aria-pressed', String(!isOwn && names[i] === shown));
      }
      own.setAttribute('aria-pressed', String(isOwn));
      edit();
    },
  };
}

/** A strip of colours. */
export function strip(colours: readonly string[]): HTMLElement {
  const element = h('span', { class: 'strip', 'aria-hidden': 'true' });
  for (const colour of colours) {
    const tile = h('i');
    tile.style.background = colour;
    element.append(tile);
  }
  return element;
}
