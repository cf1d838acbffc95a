// The script of the documentation: theme, search, copying. Without it, the pages can be read all the same.
import { restoreTheme, toggleTheme } from '../theme.ts';
import { addCopyButtons } from './copy.ts';
import { startSearch } from './search.ts';

// Runs before the page is shown, so that it does not change its colours.
restoreTheme();
// The search has its place from the beginning, and is shown if it works.
document.documentElement.classList.add('js');

addEventListener('DOMContentLoaded', () => {
  document.getElementById('theme')?.addEventListener('click', toggleTheme);
  addCopyButtons();
  startSearch();
  showPlace();
});

/** Scrolls the contents to the page that is shown. */
function showPlace(): void {
  const here = document.querySelector<HTMLElement>('.chapters [aria-current]');
  const list = here?.closest('.chapters');
  if (here && list) list.scrollTop = here.offsetTop - list.clientHeight / 4;
}
