// A distance field baked into a box of samples, for fields too costly to march through.
import type { Vec } from './vector.ts';

type Field = (x: number, y: number, z: number) => number;

/** Trilinear copy of `field` inside the box; `cell` is the pitch. Outside, the nearest sample answers. */
export function bake(field: Field, low: Vec, high: Vec, cell: number): Field {
  const nx = Math.ceil((high[0] - low[0]) / cell) + 1;
  const ny = Math.ceil((high[1] - low[1]) / cell) + 1;
  const nz = Math.ceil((high[2] - low[2]) / cell) + 1;
  const layer = nx * ny;
  const table = new Float32Array(layer * nz);
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, at++) {
        table[at] = field(low[0] + i * cell, low[1] + j * cell, low[2] + k * cell);
      }
    }
  }
  const inverse = 1 / cell;
  return (x, y, z) => {
    const a = Math.min(Math.max((x - low[0]) * inverse, 0), nx - 1.001);
    const b = Math.min(Math.max((y - low[1]) * inverse, 0), ny - 1.001);
    const c = Math.min(Math.max((z - low[2]) * inverse, 0), nz - 1.001);
    const i = Math.floor(a);
    const j = Math.floor(b);
    const k = Math.floor(c);
    const at = i + nx * j + layer * k;
    const u = a - i;
    const v = b - j;
    const row = (from: number): number => {
      const p = table[from] as number;
      return p + ((table[from + 1] as number) - p) * u;
    };
    const near = row(at) + (row(at + nx) - row(at)) * v;
    const deep = at + layer;
    const far = row(deep) + (row(deep + nx) - row(deep)) * v;
    return near + (far - near) * (c - k);
  };
}
