// Pairs of points that meet: shown as text, set on the pictures themselves.
import { h, icon } from '../dom.ts';
import type { Control, ControlUse } from './control.ts';

/** `open` shows the tool in which the points are picked. */
export function pairsControl({ id, change }: ControlUse, open?: () => void): Control {
  const text = h('input', {
    id,
    type: 'text',
    class: 'text',
    placeholder: 'not aligned',
    autocomplete: 'off',
    spellcheck: 'false',
    onchange: () => change(text.value.trim() || undefined),
  });
  return {
    element: h(
      'div',
      { class: 'text-control' },
      open &&
        h('button', { type: 'button', class: 'button', onclick: open }, icon('pin'), 'Pick points'),
      text,
    ),
    show: (value) => {
      text.value = value ?? '';
    },
  };
}
