// Checks what the schemas of `style` cannot say: which parameters go together.
import { type AppError, paramError } from '../../errors.ts';
import { vgg19Layers } from '../../nets/vgg19/vgg19.ts';
import {
  isName,
  listOf,
  namesIn,
  networkOf,
  ONLY_OPTIMISED,
  type StyleParams,
  weightsOf,
} from './params.ts';

/** Parameters for the same optimisation without VGG19; undefined if the weights or a layer were asked for that only it has. */
export function slimInstead(params: StyleParams): StyleParams | undefined {
  if (params.engine !== 'vgg19' || params.weights !== undefined) return undefined;
  const slim: StyleParams = { ...params, engine: 'slim' };
  return checkStyle(slim) === undefined ? slim : undefined;
}

/** The error of the parameters' combination, if there is one. */
export function checkStyle(params: StyleParams): AppError | undefined {
  const param = ONLY_OPTIMISED.find((name) => params[name] !== undefined);
  if (params.engine === 'fast' && param) {
    return paramError({ param, expected: `only with ${enginesOf(param)}` });
  }
  if (params.engine === 'slim' && params.weights !== undefined) {
    return paramError({ param: 'weights', expected: `only with ${enginesOf('weights')}` });
  }
  return (
    checkNames(params) ??
    checkShares(params) ??
    checkLayers(params, 'contentLayers') ??
    checkLayers(params, 'styleLayers')
  );
}

const enginesOf = (param: (typeof ONLY_OPTIMISED)[number]): string =>
  param === 'weights' ? 'engine=vgg19' : 'engine=vgg19 or engine=slim';

/** A network paints named styles, another one those of pictures, and only pictures can be optimised for. */
function checkNames({ style, engine }: StyleParams): AppError | undefined {
  const name = listOf(style).find(isName);
  if (name === undefined) return undefined;
  if (engine !== 'fast') {
    return paramError({ param: 'style', expected: `pictures with engine=${engine}`, got: name });
  }
  if (namesIn({ style })) return undefined;
  return paramError({ param: 'style', expected: 'names alone or pictures alone', got: 'both' });
}

function checkShares({ style, styleWeights }: StyleParams): AppError | undefined {
  if (styleWeights === undefined) return undefined;
  const styles = listOf(style).length;
  const shares = listOf(styleWeights).map(Number);
  if (shares.length !== styles) {
    const numbers = styles === 1 ? '1 number' : `${styles} numbers joined by ~`;
    return paramError({
      param: 'styleWeights',
      expected: `${numbers}, one for each style`,
      got: String(shares.length),
    });
  }
  if (shares.some((share) => share > 0)) return undefined;
  return paramError({ param: 'styleWeights', expected: 'one above 0' });
}

function checkLayers(
  params: StyleParams,
  param: 'contentLayers' | 'styleLayers',
): AppError | undefined {
  const layers = listOf(params[param]) ?? [];
  const twice = layers.find((layer, i) => layers.indexOf(layer) < i);
  if (twice !== undefined) {
    return paramError({ param, expected: 'each layer once', got: `${twice} more than once` });
  }
  const known = vgg19Layers(networkOf(params));
  const beyond = layers.find((layer) => !known.includes(layer));
  if (beyond === undefined) return undefined;
  const network = params.engine === 'slim' ? 'engine=slim' : `weights=${weightsOf(params)}`;
  return paramError({
    param,
    expected: `layers to ${known.at(-1)} with ${network}`,
    got: beyond,
  });
}
