// The bar at the top: the documentation, undo and redo, the theme, sharing.
import { announce, byId, h, icon, iconButton } from './dom.ts';
import type { Store } from './state/store.ts';
import { toggleTheme } from './theme.ts';

/** Fills the bar. `share` opens the dialog with the texts to copy. */
export function fillTopBar(store: Store, share: () => void): void {
  const undo = iconButton('undo', 'Undo', { onclick: () => step('undo') });
  const redo = iconButton('redo', 'Redo', { onclick: () => step('redo') });
  const theme = iconButton('theme', 'Light or dark', { onclick: () => toggleTheme() });
  const step = (which: 'undo' | 'redo'): void => {
    if (!store.can()[which]) return;
    store[which]();
    announce(which === 'undo' ? 'Undone' : 'Redone');
  };
  const show = (): void => {
    const can = store.can();
    undo.disabled = !can.undo;
    redo.disabled = !can.redo;
  };
  const docs = h(
    'a',
    { href: '/docs/', class: 'icon-button docs', 'aria-label': 'Docs', title: 'Documentation' },
    icon('book'),
    h('span', {}, 'Docs'),
  );
  byId('bar').append(
    docs,
    undo,
    redo,
    theme,
    h(
      'button',
      { type: 'button', class: 'button primary', onclick: share },
      icon('share'),
      'Share',
    ),
  );
  addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type !== 'range';
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z' || typing) return;
    event.preventDefault();
    step(event.shiftKey ? 'redo' : 'undo');
  });
  store.listen(show);
  show();
}
