// The networks that a translation is trained with, small or as published.

import type { Value } from '../../graph/graph.ts';
import type { Extent } from '../../graph/ops/resize-bilinear.ts';
import type { Shape } from '../../graph/shape.ts';
import type { Norm } from '../../nets/gan/norm-layer.ts';
import type { Parameter } from '../../nets/gan/parameters.ts';
import { resnet } from '../../nets/gan/resnet.ts';
import { unet } from '../../nets/gan/unet.ts';

export type GeneratorKind =
  | {
      kind: 'unet';
      depth: number;
      width: number;
      skips: boolean;
      norm: Norm;
      grid?: Extent | undefined;
      dropout: boolean;
    }
  | { kind: 'resnet'; blocks: number; width: number; norm: Norm };

export type DiscriminatorKind = { layers: number; width: number; norm: Norm };

/** The result of a generator [n, outputs, h, w] in -1…1, and its bottleneck if it has one. */
export function generate(
  x: Value,
  parameter: Parameter,
  how: GeneratorKind & { outputs: number },
  mask?: (name: string, shape: Shape) => Value,
): { picture: Value; bottleneck?: Value } {
  if (how.kind === 'resnet') return { picture: resnet(x, parameter, how) };
  const { depth, width, skips, norm, grid, outputs, dropout } = how;
  return unet(x, parameter, {
    depth,
    width,
    skips,
    norm,
    outputs,
    ...(grid && { grid }),
    ...(dropout && mask && { mask }),
  });
}
