// The buttons at the top: undo and redo, the theme, sharing.
import { announce, byId, h, icon, iconButton } from './dom.ts';
import type { Store } from './state/store.ts';

const THEMES = ['light', 'dark'] as const;
const KEY = 'tessera-theme';

/** Fills the bar. `share` opens the dialog of what can be copied. */
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
  byId('bar').append(
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

/** Applies the theme that was chosen in an earlier visit. */
export function restoreTheme(): void {
  const theme = THEMES.find((each) => each === localStorage.getItem(KEY));
  if (theme) document.documentElement.dataset.theme = theme;
}

function toggleTheme(): void {
  const { dataset } = document.documentElement;
  const dark = dataset.theme
    ? dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  dataset.theme = dark ? 'light' : 'dark';
  try {
    localStorage.setItem(KEY, dataset.theme);
  } catch {
    // Without storage the theme lasts until the page is closed.
  }
}
