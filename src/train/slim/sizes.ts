// The layers of the slim network and of its teacher, and how wide they are.

/** Channels after each rectified convolution, from shallow to deep; multiples of 16, which fill the blocks of every processor. */
export const WIDTHS: Readonly<Record<string, number>> = {
  '1_1': 16,
  '1_2': 16,
  '2_1': 32,
  '2_2': 32,
  '3_1': 48,
  '3_2': 48,
  '3_3': 48,
  '3_4': 48,
  '4_1': 96,
  '4_2': 96,
  '4_3': 96,
  '4_4': 96,
  '5_1': 96,
};

/** All layers, such as `3_1`, from shallow to deep. */
export const LAYERS: readonly string[] = Object.keys(WIDTHS);

/** Layers that are the teacher's own; they take few of the parameters, and what is lost in them cannot be had back. */
export const KEPT_LAYERS: readonly string[] = LAYERS.slice(0, 4);

/** Layers that are trained. */
export const TRAINED_LAYERS: readonly string[] = LAYERS.slice(4);

/** Layers whose Gram matrices optimisations compare. */
export const STYLE_LAYERS: readonly string[] = ['1_1', '2_1', '3_1', '4_1', '5_1'];

/** The teacher's model. */
export const TEACHER = 'vgg19-small';
