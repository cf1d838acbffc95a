// The dialog that shows what can be copied.
import { announce, freshId, h, icon, iconButton } from '../dom.ts';
import type { Snippet } from './snippets.ts';

export type Share = {
  /** `note` says what has to be known about the snippets, if anything. */
  open: (snippets: readonly Snippet[], note: string) => void;
};

/** How long a copy button says that it has copied, in milliseconds. */
const SAID_MS = 1600;

export function createShare(): Share {
  const id = freshId('share');
  const tabs = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Form' });
  const code = h('pre', { class: 'code', id, role: 'tabpanel', tabindex: '0' });
  const note = h('p', { class: 'summary' });
  const copied = h('span', {}, 'Copy');
  const copy = h(
    'button',
    { type: 'button', class: 'button primary', onclick: () => void write() },
    icon('copy'),
    copied,
  );
  const dialog = h(
    'dialog',
    { class: 'sheet share-dialog', 'aria-label': 'Copy and share' },
    h(
      'div',
      { class: 'sheet-head' },
      h('h2', {}, 'Use it anywhere'),
      iconButton('close', 'Close', { onclick: () => dialog.close() }),
    ),
    h(
      'div',
      { class: 'sheet-body' },
      tabs,
      code,
      note,
      h('div', { class: 'sheet-foot' }, linkButton(), copy),
    ),
  );
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  let shown: readonly Snippet[] = [];
  let current = 'url';

  async function put(text: string, what: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      announce(`${what} copied`);
    } catch {
      getSelection()?.selectAllChildren(code);
      announce('Not copied: the browser refused. The text is selected.');
    }
  }
  async function write(): Promise<void> {
    await put(code.textContent ?? '', 'Text');
    copied.textContent = 'Copied';
    setTimeout(() => {
      copied.textContent = 'Copy';
    }, SAID_MS);
  }
  function linkButton(): HTMLElement {
    return h(
      'button',
      {
        type: 'button',
        class: 'button',
        onclick: () => void put(location.href, 'Link to this page'),
      },
      icon('link'),
      'Link to this page',
    );
  }
  function show(name: string): void {
    current = name;
    // Addresses are wrapped, since they have no spaces; code keeps its lines.
    code.classList.toggle('keeps-lines', name === 'picture' || name === 'client');
    code.textContent = shown.find((each) => each.name === name)?.text ?? '';
    for (const tab of tabs.querySelectorAll('button')) {
      const on = tab.dataset.name === name;
      tab.setAttribute('aria-selected', String(on));
      tab.tabIndex = on ? 0 : -1;
    }
  }
  tabs.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    const at = shown.findIndex(({ name }) => name === current);
    const next = shown[(at + by + shown.length) % shown.length];
    if (next) show(next.name);
    tabs.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
  });

  return {
    open(snippets, text) {
      if (!dialog.isConnected) document.body.append(dialog);
      shown = snippets;
      tabs.replaceChildren(
        ...snippets.map(({ name, label }) =>
          h(
            'button',
            {
              type: 'button',
              role: 'tab',
              'data-name': name,
              'aria-controls': id,
              onclick: () => show(name),
            },
            label,
          ),
        ),
      );
      note.textContent = text;
      note.hidden = text === '';
      show(current);
      dialog.showModal();
    },
  };
}
