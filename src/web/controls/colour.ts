// A colour: a field to pick it and its text, in any form that CSS has.
import { h } from '../dom.ts';
import type { Control, ControlUse } from './control.ts';

/** `#rrggbb` of a text of the service, or undefined if it is no plain hexadecimal colour. */
export function hexColour(text: string): string | undefined {
  const hex = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text)?.[1]?.toLowerCase();
  if (hex === undefined) return undefined;
  return hex.length === 6 ? `#${hex}` : `#${[...hex].map((digit) => digit + digit).join('')}`;
}

export function colourControl({ id, label, schema, change }: ControlUse): Control {
  const fallback = schema.default === undefined ? undefined : String(schema.default);
  const picker = h('input', {
    type: 'color',
    class: 'colour',
    'aria-label': `Pick ${label}`,
    oninput: () => change(picker.value.slice(1)),
  });
  const text = h('input', {
    id,
    type: 'text',
    class: 'text',
    placeholder: fallback ?? 'none',
    autocomplete: 'off',
    spellcheck: 'false',
    onchange: () => change(text.value.trim().replace(/^#/, '') || undefined),
  });
  return {
    element: h('div', { class: 'visually-hidden' }),
    aside: [picker, text],
    show: (value) => {
      picker.value = hexColour(value ?? fallback ?? '') ?? '#808080';
      text.value = value ?? '';
    },
  };
}
