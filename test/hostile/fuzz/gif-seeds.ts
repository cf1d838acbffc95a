// GIF files with everything that the format has, for fuzzing.
import { writeGif } from '../../helpers/files/write-gif.ts';

export function gifs(): Uint8Array[] {
  const size = { width: 21, height: 13 };
  const palette = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [9, 9, 9],
  ];
  const index = (x: number, y: number) => (x * y) & 3;
  return [
    writeGif(size, [{ index, interlaced: true }], { palette }),
    writeGif(
      size,
      [
        { index: () => 1, transparent: 3, disposal: 2, delay: 5 },
        { index, left: 3, top: 2, width: 9, height: 8, transparent: 3, disposal: 3 },
        { index, palette: palette.slice(1, 3), width: 5, height: 4 },
      ],
      { palette, loops: 0 },
    ),
  ];
}
