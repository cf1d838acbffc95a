// Names of the styles in the model `named-styles`.

/** What each style looks like, by its name in URLs. */
export const STYLE_SUMMARIES: Readonly<Record<string, string>> = {
  wave: 'The Great Wave off Kanagawa (Hokusai): Prussian blue on paper',
  starry: 'The Starry Night (Van Gogh): swirls of blue and yellow',
  impasto: 'thick strokes of a palette knife',
  watercolor: 'translucent washes on white paper',
  pointillism: 'dabs of pure colours',
  hatching: 'pen and ink',
  woodcut: 'carved lines in black, cream and red',
  glass: 'stained glass in lead',
  mosaic: 'small stones in curved rows',
  neon: 'glowing tubes in the night',
};

export const NAMED_STYLES: readonly string[] = Object.keys(STYLE_SUMMARIES);
