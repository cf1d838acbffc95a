// Names of the styles: those in the model `named-styles`, and those that were added to it here.

import ownStyles from './own-styles.json' with { type: 'json' };

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

/** Names of the styles that `npm run train style -- --picture` added. */
const OWN_STYLES: readonly string[] = ownStyles;

export const NAMED_STYLES: readonly string[] = [...Object.keys(STYLE_SUMMARIES), ...OWN_STYLES];

/** Name in `models/manifest.json` of the model with the numbers of a style. */
export const modelOfStyle = (style: string): string =>
  OWN_STYLES.includes(style) ? `style-${style}` : NETWORK;

/** Name of the model with the filters that all styles share, and with the project's own styles. */
export const NETWORK = 'named-styles';
