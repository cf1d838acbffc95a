// A painted picture of the working size as paint of the content's size.
import type { Size } from '../../image.ts';
import type { Rgb } from '../../nets/rgb.ts';
import { codeOfLinear } from '../../tensor/colour/colour.ts';
import { LUMINANCE } from '../../tensor/colour/luma.ts';
import { guidedUpsampling } from '../../tensor/filter/guided-upsampling.ts';
import type { Light } from '../../tensor/resample/light-rows.ts';
import { eachBand, type Pace } from '../../timing.ts';
import type { Paint } from './finish.ts';
import type { Colour } from './planes.ts';

/** The picture as paint of the size `to`, enlarged along the content's edges if it is smaller; `small` is the content at its size. */
export const paintOver = async (
  painted: Rgb,
  guide: { small: Light; behind: Colour; to: Size },
  pace: Pace,
): Promise<Paint> =>
  painted.width === guide.to.width && painted.height === guide.to.height
    ? asPainted(painted)
    : enlarged(painted, guide, pace);

const asPainted = ({ width, data }: Rgb): Paint => ({
  room: 0,
  write: ({ floats }, y, { coded }) =>
    floats.set(data.subarray(3 * width * y, 3 * width * (y + 1)), coded / 4),
});

/** The painted picture enlarged to the content's size, along the content's edges. */
async function enlarged(
  { width, height, data }: Rgb,
  { small, behind, to }: { small: Light; behind: Colour; to: Size },
  pace: Pace,
): Promise<Paint> {
  const guide = new Float32Array(width * height);
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      const [at, stride] = [y * width, width * small.channels];
      const light = small.data.subarray(y * stride, (y + 1) * stride);
      lightnessOf(light, behind, guide.subarray(at, at + width));
    }
  });
  const { room, prepare, write } = guidedUpsampling({ width, height, colours: data, guide }, to);
  const guideBytes = 16 * Math.ceil(to.width / 4);
  const through = luminanceOf(behind);
  return {
    room: guideBytes + room,
    prepare: (module, at) => prepare(module, at + guideBytes),
    write(module, y, { content, coded, room: guideRow }) {
      module.calls.lightnessRow(content, guideRow, to.width, through);
      write(module, y, { guide: guideRow, out: coded, room: guideRow + guideBytes });
    },
  };
}

const luminanceOf = ([red, green, blue]: Colour): number =>
  LUMINANCE.r * red + LUMINANCE.g * green + LUMINANCE.b * blue;

/** sRGB-coded luminance, in which equal differences look about equal. */
function lightnessOf(light: Float32Array, behind: Colour, out: Float32Array): void {
  const channels = light.length / out.length;
  const { r, g, b } = LUMINANCE;
  const through = luminanceOf(behind);
  for (let x = 0, i = 0; x < out.length; x++, i += channels) {
    const clear = channels === 4 ? 1 - light[i + 3]! : 0;
    out[x] = codeOfLinear(r * light[i]! + g * light[i + 1]! + b * light[i + 2]! + clear * through);
  }
}
