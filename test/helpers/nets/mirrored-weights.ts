// Real weights from a folder of models as safetensors files, like those of the Worker.
import type { Converted, Converter } from '../../../scripts/models/convert/converters.ts';
import { writeSafetensors } from '../../../src/models/safetensors.ts';

type Source = () => Promise<{ paths: readonly string[] | undefined; convert: Converter }>;

const sources: Readonly<Record<string, Source>> = {
  'fast-style': async () => {
    const { fastStyleFiles } = await import('../files/fast-style-files.ts');
    const { convertFastStyle } = await import('../../../scripts/models/convert/fast-style.ts');
    return { paths: fastStyleFiles && [fastStyleFiles.transfer], convert: convertFastStyle };
  },
  'fast-style-predictor': async () => {
    const { fastStyleFiles } = await import('../files/fast-style-files.ts');
    const { convertFastStylePredictor } = await import(
      '../../../scripts/models/convert/fast-style-predictor.ts'
    );
    return {
      paths: fastStyleFiles && [fastStyleFiles.predictor],
      convert: convertFastStylePredictor,
    };
  },
};

/** The model's file, or undefined if its source is not installed. */
export async function mirroredWeights(model: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const source = await sources[model]?.();
  if (!source?.paths) return undefined;
  const { tensors, dtype }: Converted = await source.convert(source.paths);
  return writeSafetensors(tensors, { dtype });
}
