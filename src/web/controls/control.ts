// What all controls of parameters have in common.
import type { Schema } from '../catalogue.ts';
import { h, iconButton } from '../dom.ts';

export type ControlUse = {
  /** The parameter's name in plans, and for people. */
  name: string;
  label: string;
  schema: Schema;
  /** Takes a new value; undefined is the default. */
  change: (value: string | undefined) => void;
  /** Id for the input, which labels refer to. */
  id: string;
  /** Whether the effect needs a value, so that there is no default to return to. */
  required: boolean;
};

/** A control: `show` is called with each new value; undefined means that none is given. */
export type Control = {
  element: HTMLElement;
  show: (value: string | undefined) => void;
  /** Elements in the line of the name, such as a number's input. */
  aside?: readonly HTMLElement[];
  /** Whether the label names a group of inputs and not one input. */
  group?: boolean;
};

export type Field = {
  element: HTMLElement;
  show: (value: string | undefined) => void;
  /** Shows an error at the parameter; the empty text removes it. */
  problem: (text: string) => void;
};

/** A control with its label, default, description and error. */
export function fieldOf(
  control: Control,
  { name, label, schema, change, id, required }: ControlUse,
): Field {
  const reset = iconButton('reset', `Default of ${label}`, {
    class: 'icon-button reset',
    onclick: () => change(undefined),
  });
  const error = h('p', { class: 'field-problem', id: `${id}-problem`, hidden: true });
  const help = schema.description ?? '';
  const title = control.group
    ? h('span', { class: 'field-name', id: `${id}-label` }, label)
    : h('label', { class: 'field-name', for: id }, label);
  const helpText = h('p', { class: 'summary field-help', id: `${id}-help`, hidden: true }, help);
  const helpButton = h(
    'button',
    {
      type: 'button',
      class: 'icon-button help',
      'aria-label': `About ${label}`,
      'aria-expanded': 'false',
      'aria-controls': helpText.id,
      title: help,
      onclick: () => {
        helpText.hidden = !helpText.hidden;
        helpButton.setAttribute('aria-expanded', String(!helpText.hidden));
      },
    },
    '?',
  );
  const element = h(
    'div',
    {
      class: 'field',
      'data-param': name,
      ...(control.group && { role: 'group', 'aria-labelledby': `${id}-label` }),
    },
    h(
      'div',
      { class: 'field-head' },
      title,
      help !== '' && helpButton,
      h('span', { class: 'spacer' }),
      reset,
      ...(control.aside ?? []),
    ),
    helpText,
    control.element,
    error,
  );
  return {
    element,
    show: (value) => {
      element.classList.toggle('is-default', value === undefined);
      reset.hidden = value === undefined || required;
      control.show(value);
    },
    problem: (text) => {
      error.hidden = text === '';
      if (error.textContent !== text) error.textContent = text;
      element.classList.toggle('has-problem', text !== '');
      const input = element.querySelector(`#${CSS.escape(id)}`);
      if (text) input?.setAttribute('aria-describedby', error.id);
      else input?.removeAttribute('aria-describedby');
      input?.setAttribute('aria-invalid', String(text !== ''));
    },
  };
}
