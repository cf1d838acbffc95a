// Calibration cases and gallery settings of resizing.
import type { Trials } from '../trials.ts';

export const trials: Trials<
  'w' | 'h' | 'fit' | 'gravity' | 'dpr' | 'background' | 'zoom' | 'upscale'
> = {
  calibration: [
    {
      options: [
        'w=50',
        'w=200',
        'w=400,h=300,fit=cover',
        'w=1000,fit=contain',
        'w=300,h=300,fit=pad,background=ffffff',
        'w=200,h=200,fit=cover,gravity=auto',
        'w=180,background=336699',
      ],
      sizes: [
        { width: 256, height: 192 },
        { width: 512, height: 512 },
        { width: 1024, height: 768 },
        { width: 2048, height: 1536 },
      ],
    },
    { options: ['w=200'], source: 'sticker.png', sizes: [{ width: 512, height: 512 }] },
  ],
  gallery: {
    w: { values: ['40', '120'] },
    h: { values: ['30', '90'] },
    fit: { otherParams: 'w=120,h=120' },
    gravity: { otherParams: 'w=60,h=120,fit=cover', values: ['left', 'right', '0.3x0.5', 'auto'] },
    dpr: { otherParams: 'w=50', values: ['1', '2.5'] },
    background: { source: 'sticker.png', values: ['ffd9a0', '2b6777'] },
    // These two change nothing.
    zoom: { values: [] },
    upscale: { values: [] },
  },
};
