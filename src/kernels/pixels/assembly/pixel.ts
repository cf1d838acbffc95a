// Layouts of a pixel in linear light, for functions that are compiled once for each.

/** Three floats, not multiplied by an opacity. */
@unmanaged
export class Pixel3 {
  r: f32;
  g: f32;
  b: f32;
}

/** Four floats, the colours multiplied by the opacity. */
@unmanaged
export class Pixel4 {
  r: f32;
  g: f32;
  b: f32;
  a: f32;
}
