// Calibration cases and gallery settings of hybrids.
import type { Trials } from '../trials.ts';

export const trials: Trials<
  'lr' | 'steps' | 'sigma' | 'kernel' | 'cutoff' | 'gap' | 'align' | 'distance'
> = {
  calibration: [
    {
      options: [
        'cutoff=6',
        'cutoff=16',
        'cutoff=40',
        'mode=frequency',
        'steps=4',
        'mode=reference,steps=2',
        'mode=reference,steps=5,kernel=31,sigma=6',
        'mode=frequency,align=0.5_0.1_0.5_0.12~0.5_0.7_0.5_0.65',
        'mode=frequency,preview=pyramid',
        'mode=frequency,preview=distance,distance=8',
        'mode=frequency,preview=high',
      ],
      // Larger pictures do not fit into the memory of the tensor backend.
      sizes: [
        { width: 256, height: 192 },
        { width: 352, height: 264 },
        { width: 480, height: 360 },
      ],
    },
    {
      options: ['cutoff=16', 'mode=reference,steps=2'],
      sizes: [
        { width: 64, height: 64 },
        { width: 24, height: 400 },
        { width: 40, height: 800 },
        { width: 3, height: 1500 },
        { width: 1, height: 12000 },
      ],
    },
    // The fixed cost of a step shows if there are many steps on few pixels.
    {
      options: ['steps=30', 'mode=reference,steps=60'],
      sizes: [
        { width: 64, height: 64 },
        { width: 8, height: 8 },
      ],
    },
  ],
  gallery: {
    lr: { otherParams: 'mode=reference,steps=20', values: ['0.3', '5'] },
    steps: { otherParams: 'mode=reference', values: ['5', '100'] },
    sigma: { values: ['1', '6'] },
    kernel: { otherParams: 'sigma=6', values: ['5', '37'] },
    cutoff: { values: ['6', '32'] },
    gap: { values: ['0', '1.5'] },
    align: {
      values: ['0.5_0.1_0.5_0.12~0.5_0.7_0.5_0.65', '0.4_0.3_0.4_0.3~0.6_0.3_0.6_0.4'],
    },
    distance: { otherParams: 'preview=distance', values: ['4', '16'] },
  },
};
