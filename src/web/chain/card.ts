// The card of a step: a head with its name and buttons, and the form of its parameters.

import type { Entry } from '../catalogue.ts';
import { createField, type Field } from '../controls/controls.ts';
import { labelOf } from '../controls/kind.ts';
import { freshId, h, icon, iconButton } from '../dom.ts';
import { type PictureShelf, shownName } from '../pictures/pictures.ts';
import type { Step } from '../state/work.ts';

export type CardUse = {
  entry: Entry;
  /** The output, which cannot be moved, switched off or removed. */
  fixed: boolean;
  pictures: PictureShelf;
  change: (param: string, value: string | undefined) => void;
  align?: () => void;
  toggle?: () => void;
  remove?: () => void;
  /** Moves the card one place up (-1) or down (1). */
  move?: (by: 1 | -1) => void;
};

export type Card = {
  element: HTMLElement;
  handle: HTMLElement;
  show: (step: Step, place: { at: number; of: number }) => void;
  expand: (on: boolean) => void;
  /** Shows an error at a parameter; without one, clears all. Returns whether the parameter has a field. */
  problem: (param: string | undefined, text: string) => boolean;
  focus: () => void;
  focusHandle: () => void;
};

export function createCard(use: CardUse): Card {
  const { entry } = use;
  const bodyId = freshId('step');
  const fields = new Map<string, Field>();
  const title = labelOf(entry.name);
  let step: Step | undefined;
  const note = h('span', { class: 'card-note' });
  const head = h(
    'button',
    {
      type: 'button',
      class: 'card-title',
      'aria-expanded': 'false',
      'aria-controls': bodyId,
      onclick: () => expand(body.hidden === true),
    },
    h('span', { class: 'card-name' }, title),
    note,
    icon('chevron'),
  );
  const body = h('div', { class: 'card-body', id: bodyId, hidden: true });
  const handle = iconButton('grip', `Move ${title}`, {
    class: 'icon-button handle',
    onkeydown: (event: KeyboardEvent) => {
      if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
      event.preventDefault();
      use.move?.(event.key === 'ArrowUp' ? -1 : 1);
    },
  });
  const toggle = h('input', {
    type: 'checkbox',
    role: 'switch',
    class: 'switch',
    'aria-label': `Apply ${title}`,
    onchange: () => use.toggle?.(),
  });
  const remove = iconButton('close', `Remove ${title}`, { onclick: () => use.remove?.() });
  const element = h(
    use.fixed ? 'div' : 'li',
    { class: 'card', 'data-effect': entry.name },
    h('div', { class: 'card-head' }, ...(use.fixed ? [head] : [handle, head, toggle, remove])),
    body,
  );

  function expand(on: boolean): void {
    if (on && fields.size === 0) fill();
    body.hidden = !on;
    head.setAttribute('aria-expanded', String(on));
    element.classList.toggle('is-open', on);
  }
  function fill(): void {
    const rare: HTMLElement[] = [];
    body.append(h('p', { class: 'summary' }, entry.summary));
    for (const [name, schema] of Object.entries(entry.parameters.properties)) {
      const required = entry.parameters.required?.includes(name) ?? false;
      const field = createField({
        name,
        label: labelOf(name, entry.aliases),
        schema,
        required,
        pictures: use.pictures,
        previews: entry.previews,
        align: use.align,
        change: (value) => use.change(name, value),
      });
      fields.set(name, field);
      field.show(step?.params[name]);
      if (schema.ui?.rare) rare.push(field.element);
      else body.append(field.element);
    }
    if (rare.length > 0) {
      body.append(
        h('details', { class: 'more' }, h('summary', {}, `${rare.length} more`), ...rare),
      );
    }
  }

  return {
    element,
    handle,
    expand,
    show(next, { at, of }) {
      step = next;
      const text = noteOf(next, entry);
      if (note.textContent !== text) note.textContent = text;
      toggle.checked = !next.off;
      element.classList.toggle('is-off', next.off === true);
      handle.setAttribute('aria-label', `Move ${title}, step ${at} of ${of}: arrow keys`);
      for (const [name, field] of fields) field.show(next.params[name]);
    },
    problem(param, text) {
      if (param === undefined) {
        for (const field of fields.values()) field.problem('');
        return true;
      }
      if (!(param in entry.parameters.properties)) return false;
      expand(true);
      const field = fields.get(param);
      field?.problem(text);
      const details = field?.element.closest('details');
      if (details) details.open = true;
      return field !== undefined;
    },
    focus: () => head.focus(),
    focusHandle: () => handle.focus(),
  };
}

/** Longest text of one value in the head. */
const LONGEST = 18;

/** The values of a step in a few words. */
function noteOf({ params }: Step, { inputs, name: effect, aliases }: Entry): string {
  return Object.entries(params)
    .map(([name, value]) => {
      const text = inputs.includes(name)
        ? value.split('~').map(shownName).join(' + ')
        : value.includes('~') && name === 'palette'
          ? `${value.split('~').length} colours`
          : value;
      const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
      return name === effect ? short : `${labelOf(name, aliases)} ${short}`;
    })
    .join(' · ');
}
