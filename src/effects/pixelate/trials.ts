// Calibration cases and gallery settings of pixelation.
import type { Trials } from '../trials.ts';

type Param =
  | 'mode'
  | 'palette'
  | 'dither'
  | 'strength'
  | 'colors'
  | 'outline'
  | 'cells'
  | 'columns'
  | 'rows'
  | 'block'
  | 'offset';

export const trials: Trials<Param> = {
  calibration: [
    {
      options: [
        'block=2',
        'block=4',
        'block=8',
        'block=16',
        'block=64',
        'columns=100',
        'block=auto',
        'block=8,upscale=false',
        'block=3,upscale=false',
        'block=3,cells=median',
        'block=12,cells=median',
        'block=3,cells=mode',
        'block=12,cells=mode',
        'block=3,cells=detail',
        'block=12,cells=detail',
        'block=3,outline=0.4',
        'block=10,outline=0.6',
        'block=3,palette=pico8',
        'block=9,palette=pico8',
        'block=4,palette=gameboy',
        'block=4,palette=pico8,dither=bayer4',
        'block=3,palette=gameboy,dither=bayer8',
        'block=4,palette=pico8,dither=blue-noise',
        'block=4,palette=pico8,dither=floyd-steinberg',
        'block=3,palette=gameboy,dither=atkinson',
        'block=3,palette=auto,colors=4',
        'block=4,palette=auto,colors=16',
        'block=4,palette=auto,colors=64',
        'block=2,palette=auto,colors=256',
        'block=50,palette=auto,colors=256',
        'block=20,palette=auto,colors=16',
        'block=20,palette=auto,colors=200',
        'block=3,palette=auto,colors=32,dither=floyd-steinberg',
        'block=4,palette=auto,colors=24,dither=bayer4',
        'mode=reference',
      ],
    },
    { options: ['block=8'], source: 'sticker.png', sizes: [{ width: 512, height: 512 }] },
  ],
  gallery: {
    mode: { values: ['mean', 'reference'] },
    palette: { otherParams: 'columns=64' },
    dither: { otherParams: 'columns=64,palette=gameboy' },
    strength: {
      otherParams: 'columns=64,palette=gameboy,dither=floyd-steinberg',
      values: ['0.3', '1'],
    },
    colors: { otherParams: 'columns=64,palette=auto', values: ['4', '32'] },
    outline: { otherParams: 'columns=64', values: ['0.3', '0.8'] },
    cells: { otherParams: 'columns=48' },
    columns: { values: ['12', '48'] },
    rows: { values: ['10', '36'] },
    block: { values: ['4', '16'] },
    offset: { otherParams: 'block=32', values: ['0~0', '16~8'] },
  },
};
