// Light or dark: what the system says, or what the visitor chose. The playground and the documentation share the choice.

const THEMES = ['light', 'dark'] as const;
const KEY = 'tessera-theme';

/** Applies the theme that was chosen in an earlier visit. */
export function restoreTheme(): void {
  const theme = THEMES.find((each) => each === kept());
  if (theme) document.documentElement.dataset.theme = theme;
}

/** Changes between light and dark. */
export function toggleTheme(): void {
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

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
