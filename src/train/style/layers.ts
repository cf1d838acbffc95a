// Layers of VGG19 that the training of styles compares.
export const STYLE_LAYERS = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'] as const;
export const CONTENT_LAYER = 'relu4_2';
/** The picture itself. */
export const COLOUR_LAYER = 'rgb';
