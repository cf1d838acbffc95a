// Calibration cases and gallery settings of `trim`.
import type { Trials } from '../trials.ts';
import type { TrimParams } from './params.ts';

const lengths = { source: 'sticker.png', values: ['40', '0.25'] };
const sizes = { source: 'sticker.png', values: ['120', '0.5'] };

export const trials: Trials<keyof TrimParams> = {
  calibration: [
    { options: ['trim=8~12~8~12'] },
    // Only pictures with a border: without one the search ends at once.
    { options: ['trim=border'], source: 'sticker.png' },
    { options: ['trim=border'], source: 'drawing.png' },
  ],
  gallery: {
    trim: { source: 'sticker.png', values: ['border', '40;20;0;60'] },
    'trim.top': lengths,
    'trim.right': lengths,
    'trim.bottom': lengths,
    'trim.left': lengths,
    'trim.width': sizes,
    'trim.height': sizes,
    'trim.border.color': { source: 'drawing.png', values: ['white', 'transparent'] },
    'trim.border.tolerance': { source: 'drawing.png', values: ['0', '60'] },
    'trim.border.keep': { source: 'drawing.png', values: ['0', '12'] },
  },
};
