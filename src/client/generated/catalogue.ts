// What the client's builder offers, from the declarations of the effects; `npm run docs` writes it.

/** A further image: an address, `asset:<name>`, `r2:<key>` or `b64:<base64url of one>`. */
export type Input = string | URL;

/** Options of one segment; their order of work is that of the service, whatever the order here. */
export type Options = {
  /** border: rows and columns of the colour that most corners have, or transparent; four lengths: off the top, right, bottom and left, joined by ~ or ;, as pixels or as fractions. */
  trim?: string | readonly (string | number)[] | undefined;
  /** Off the top; as the first of the four lengths. 0…99999 px. */
  'trim.top'?: number | undefined;
  /** Off the right side. 0…99999 px. */
  'trim.right'?: number | undefined;
  /** Off the bottom. 0…99999 px. */
  'trim.bottom'?: number | undefined;
  /** Off the left side. 0…99999 px. */
  'trim.left'?: number | undefined;
  /** Width of what remains, from its left edge. 0…99999 px. */
  'trim.width'?: number | undefined;
  /** Height of what remains, from its top edge. 0…99999 px. */
  'trim.height'?: number | undefined;
  /** Colour of the border, instead of that of the corners. */
  'trim.border.color'?: string | undefined;
  /** Largest difference from the border's colour in any channel: 0 for exactly this colour; 10 unless given. A border that changes slowly is followed to twice as many levels. 0…255 levels. */
  'trim.border.tolerance'?: number | undefined;
  /** How much of the border stays. 0…12000 px. */
  'trim.border.keep'?: number | undefined;
  /** h: left and right change places; v: top and bottom; hv: both. */
  flip?: 'h' | 'v' | 'hv' | undefined;
  /** Angle, clockwise; width and height of the result are those after turning. */
  rotate?: 90 | 180 | 270 | undefined;
  /** Width of the result; if it is given alone, the other side follows the picture's shape. 1…12000 px. */
  w?: number | undefined;
  /** Height of the result; if it is given alone, the other side follows the picture's shape. 1…12000 px. */
  h?: number | undefined;
  /** How the picture fills the asked size. Default: scale-down. */
  fit?: 'scale-down' | 'scale-up' | 'contain' | 'cover' | 'crop' | 'aspect-crop' | 'pad' | 'squeeze' | undefined;
  /** The part that cropping keeps: a side, the center, fractions of width and height (of the picture the same as of the kept part), or auto: where detail is and people seem to be, by the colour of skin; face is as auto. Default: 0.5x0.5. */
  gravity?: string | undefined;
  /** Device pixel ratio: multiplies width and height. 1…3 device px per CSS px. Default: 1. */
  dpr?: number | undefined;
  /** Colour under transparent parts and around a padded picture (there white unless given). */
  background?: string | undefined;
  /** How close gravity=face crops: no effect, because faces are not detected. 0…1. */
  zoom?: number | undefined;
  /** How pictures are enlarged: always by interpolation. generate is accepted with fit=scale-down, which never enlarges. */
  upscale?: 'interpolate' | 'generate' | undefined;
  /** Factor of the coded values: 0 is black, 1 changes nothing, 2 is twice as light. 0…10. Default: 1. */
  brightness?: number | undefined;
  /** Factor of the distance from mid grey in coded values: 0 is grey, 1 changes nothing. 0…10. Default: 1. */
  contrast?: number | undefined;
  /** Power of the coded values: 0.5 lightens, 1 (or 0, as for Cloudflare) changes nothing, 2 darkens. 0.1…10. Default: 1. */
  gamma?: number | undefined;
  /** Factor of the distance from the grey of the same luminance, or less if sRGB has no such colour: 0 is grey, 1 changes nothing. 0…10. Default: 1. */
  saturation?: number | undefined;
  /** Radius: two standard deviations of the Gaussian, in pixels of the result. 1…250 px. */
  blur?: number | undefined;
  /** How much of the detail that a blur of 1 px removes is added, in coded values: 0 nothing, 1 as recommended after shrinking. 0…10. Default: 0. */
  sharpen?: number | undefined;
  /** Width on all sides. 0…2000 CSS px. */
  border?: number | undefined;
  /** Colour of the border. Default: 000000. */
  'border.color'?: string | undefined;
  /** Width at the top, instead of that of all sides. 0…2000 CSS px. */
  'border.top'?: number | undefined;
  /** Width on the right. 0…2000 CSS px. */
  'border.right'?: number | undefined;
  /** Width at the bottom. 0…2000 CSS px. */
  'border.bottom'?: number | undefined;
  /** Width on the left. 0…2000 CSS px. */
  'border.left'?: number | undefined;
  /** Format of the answer; auto follows the Accept header; json gives numbers instead of a picture, blurhash and thumbhash a placeholder as text. jpg and baseline-jpeg are jpeg. Default: auto. */
  f?: 'auto' | 'avif' | 'webp' | 'jpeg' | 'png' | 'gif' | 'json' | 'blurhash' | 'thumbhash' | undefined;
  /** Quality of AVIF, JPEG and WebP; high, medium-high, medium-low and low are 90, 80, 65, 45. 1…100. Default: 85. */
  q?: number | undefined;
  /** Keeps every pixel: PNG or WebP, with f=auto whichever is smaller. Pictures in a palette are sent so anyway. */
  lossless?: boolean | undefined;
  /** JPEG, or PNG if there is transparency, whatever f and the Accept header say. */
  compression?: 'fast' | undefined;
  /** Whether the frames of an animation are kept, as GIF and WebP can (the default), or only the first picture. With f=auto they are kept if that is within the budget. A step that only the GPU backend runs gets the first picture. */
  anim?: boolean | undefined;
  /** Metadata is dropped, whatever is given. */
  metadata?: 'none' | 'copyright' | 'keep' | undefined;
  /** Quality for slow connections: a hint, which has no effect. 1…100. */
  scq?: number | undefined;
  /** While a GPU backend works on the picture: a quick stand-in with status 200, for use in <img>, instead of 202. */
  pending?: 'preview' | undefined;
  /** If the source or its file fails, or the plan is over its limits: a neutral picture with status 200, or a redirect to the source if that is an allowed https address; X-Status and X-Error have the failure. */
  onerror?: 'placeholder' | 'redirect' | undefined;
};

/** Parameters of every effect that is a step of its own. */
export type Steps = {
  /** Take the colours away: greys of the same luminance, in linear light. */
  grayscale: {
    /** How far towards the grey: 0 changes nothing, 1 is grey. 0…1 share. Default: 1. */
    amount?: number | undefined;
  };
  /** The brown tone of old prints, as the CSS filter of this name gives it. */
  sepia: {
    /** How far towards the full tone: 0 changes nothing. 0…1 share. Default: 1. */
    amount?: number | undefined;
  };
  /** Map the lightness of the picture to a gradient between two colours, in OKLab. */
  duotone: {
    /** The colour that black becomes. Default: 14213d. */
    dark?: string | undefined;
    /** The colour that white becomes. Default: ffe8c7. */
    light?: string | undefined;
    /** How far towards the two colours: 0 changes nothing. 0…1 share. Default: 1. */
    amount?: number | undefined;
  };
  /** Fade into a colour towards the corners, in linear light and without bands. */
  vignette: {
    /** Share of the colour where the vignette is full: 0 changes nothing. 0…1 share. Default: 0.6. */
    strength?: number | undefined;
    /** Where it begins, on the way from the centre (0) to the corners (1). It is an ellipse of the shape of the picture. 0…1 share. Default: 0.3. */
    radius?: number | undefined;
    /** How far from there it is full, in the same measure; 0 is a hard edge. 0…1 share. Default: 0.7. */
    feather?: number | undefined;
    /** The colour that it fades into. Default: 000000. */
    color?: string | undefined;
  };
  /** Fill each cell of a grid with one colour, averaged in linear light; palettes, dithering, outlines. */
  pixelate: {
    /** Block edge; 16 unless columns or rows is given. auto: finds the grid of enlarged pixel art, of any scale from 2 to 64; 16 if there is none. Default: 16. */
    block?: 'auto' | number | undefined;
    /** Where the first whole block begins, across and down, joined by ~; together with block. */
    offset?: string | undefined;
    /** Columns of the grid; the other side follows the picture's shape. At most one cell a pixel. 1…1024 cells. */
    columns?: number | undefined;
    /** Rows of the grid; the other side follows the picture's shape. At most one cell a pixel. 1…1024 cells. */
    rows?: number | undefined;
    /** Colour of a cell: mean of its light; median, the colour of middle brightness; mode, the most frequent colour, or clear; detail, a mean in which pixels that stand out count more, so thin lines survive. Default: mean. */
    cells?: 'mean' | 'median' | 'mode' | 'detail' | undefined;
    /** Colours to keep to: a named palette, auto (chosen from the picture) or a list; cells then are opaque or clear. All colours unless given. */
    palette?: 'auto' | 'pico8' | 'gameboy' | 'nes' | 'c64' | 'zx' | 'cga' | 'sweetie16' | 'db16' | 'db32' | 'edg32' | 'mono' | 'gray4' | 'eink-red' | 'eink-yellow' | 'eink-7' | (string & {}) | readonly (string | number)[] | undefined;
    /** How many colours palette=auto may choose. 2…256 colours. Default: 16. */
    colors?: number | undefined;
    /** How colours between those of the palette are mixed, cell by cell. The bayer patterns and blue-noise stay still from frame to frame. Default: none. */
    dither?: 'none' | 'bayer2' | 'bayer4' | 'bayer8' | 'blue-noise' | 'floyd-steinberg' | 'atkinson' | undefined;
    /** How much of the difference dithering makes up for. 0…1 share. Default: 1. */
    strength?: number | undefined;
    /** Draws edges as dark lines one cell wide, the more of them the higher the value; with a palette in its darkest colour. 0…1 share. Default: 0. */
    outline?: number | undefined;
    /** true: the picture's own size with hard edges; false: one pixel per cell. Default: true. */
    upscale?: boolean | undefined;
    /** reference: the original recipe, a 16×12 grey picture of 8×8 means of a 128×96 bilinear reduction. Default: mean. */
    mode?: 'mean' | 'reference' | undefined;
  };
  /** Draws the picture as pixel art: clean outlines, calm areas, few colours. */
  pixelart: {
    /** Cell edge; 8 unless columns or rows is given. 1…256 px. Default: 8. */
    cell?: number | undefined;
    /** Columns of the grid; the other side follows the picture's shape. At most one cell a pixel. 1…512 cells. */
    columns?: number | undefined;
    /** Rows of the grid; the other side follows the picture's shape. At most one cell a pixel. 1…512 cells. */
    rows?: number | undefined;
    /** Colours to keep to: auto (chosen from the drawn cells), a named palette or a list; cells then are opaque or clear. none keeps all colours. Default: auto. */
    palette?: 'none' | 'auto' | 'pico8' | 'gameboy' | 'nes' | 'c64' | 'zx' | 'cga' | 'sweetie16' | 'db16' | 'db32' | 'edg32' | 'mono' | 'gray4' | 'eink-red' | 'eink-yellow' | 'eink-7' | (string & {}) | readonly (string | number)[] | undefined;
    /** How many colours palette=auto may choose. 2…256 colours. Default: 24. */
    colors?: number | undefined;
    /** How colours between those of the palette are mixed, cell by cell. The bayer patterns and blue-noise stay still from frame to frame. Default: none. */
    dither?: 'none' | 'bayer2' | 'bayer4' | 'bayer8' | 'blue-noise' | 'floyd-steinberg' | 'atkinson' | undefined;
    /** How far cells go from their mean colours (0, as pixelate) to what is drawn. 0…1 share. Default: 1. */
    strength?: number | undefined;
    /** Weight of dark outlines and shadows, in darker tints of the colours below: 0 draws nothing darker than the mean, 0.5 as learned, 1 twice as dark. 0…1 share. Default: 0.7. */
    outline?: number | undefined;
    /** Share of fine detail that is drawn: less makes textures calmer, draws fewer strokes in them and joins stray cells to their neighbours. 0…1 share. Default: 0.65. */
    detail?: number | undefined;
    /** true: the picture's own size with hard edges; false: one pixel per cell. Default: true. */
    upscale?: boolean | undefined;
  };
  /** Two pictures in one: the main one up close, the far one from a distance. */
  hybrid: {
    /** The picture seen from afar; the main picture is the one seen up close. */
    far: Input;
    /** fast: closed-form start and projected gradient steps; frequency: the start alone; reference: the original gradient descent. Default: fast. */
    mode?: 'fast' | 'frequency' | 'reference' | undefined;
    /** Weight of the near picture against the far one. 0.01…10. Default: 0.1. */
    ratio?: number | undefined;
    /** Frequency where the two pictures meet; 16 unless sigma is given. 1…256 cycles per shorter side. Default: 16. */
    cutoff?: number | undefined;
    /** The blur itself instead of cutoff; 3 in reference mode. 0.3…200 px. */
    sigma?: number | undefined;
    /** Taps of the blur; three sigmas to each side unless given, 15 in reference mode. 1…255 px. */
    kernel?: number | undefined;
    /** Gradient steps; auto: 1 in fast mode, 200 in reference mode. Default: auto. */
    steps?: 'auto' | number | undefined;
    /** The picture that fitting starts from: frequency in fast mode, gray in reference mode. */
    init?: 'frequency' | 'gray' | 'near' | 'far' | undefined;
    /** Learning rate of the reference mode, 0.3 unless given. 0.001…100. */
    lr?: number | undefined;
    /** Which picture keeps its colours; the other one gives its light alone. far unless given, both in reference mode. Default: far. */
    color?: 'both' | 'far' | 'near' | 'gray' | undefined;
    /** Strength of the near picture's detail. 0…4 times. Default: 1. */
    gain?: number | undefined;
    /** Makes room for detail where the far picture is nearly black or white, as much as the detail there needs; true except in reference mode. */
    headroom?: boolean | undefined;
    /** How far above cutoff the near picture begins; auto: 0…1.35, the more the stronger its detail is against the contrast of the far picture, which ends up to 0.25 below cutoff if that detail is weak. Default: auto. */
    gap?: 'auto' | number | undefined;
    /** Two or three pairs of points that meet, as fractions of width and height: near x, near y, far x, far y. */
    align?: string | readonly (string | number)[] | undefined;
    /** pyramid: halvings side by side; distance: as seen from afar; low, high: the far or the near band alone. Default: none. */
    preview?: 'none' | 'pyramid' | 'distance' | 'low' | 'high' | undefined;
    /** How many times as far away preview=distance looks from; 8 unless given. 1…64 times. Default: 8. */
    distance?: number | undefined;
  };
  /** The high-frequency part: the gradient of the sRGB-coded lightness as a grey picture, black where it is flat. */
  edges: {
    /** sobel: over 3×3 pixels; difference: to the right and the lower neighbour. Default: sobel. */
    kernel?: 'sobel' | 'difference' | undefined;
    /** Factor of the result; with 1 an edge from black to white is white. 0…16. Default: 1. */
    gain?: number | undefined;
  };
  /** Paints the picture in a style that has a name, or in the manner of other pictures. */
  style: {
    /** Styles that the service knows by name, or pictures in whose manner the main one is painted. */
    style: Input | 'wave' | 'starry' | 'impasto' | 'watercolor' | 'pointillism' | 'hatching' | 'woodcut' | 'glass' | 'mosaic' | 'neon' | readonly (Input | 'wave' | 'starry' | 'impasto' | 'watercolor' | 'pointillism' | 'hatching' | 'woodcut' | 'glass' | 'mosaic' | 'neon')[];
    /** Shares of several styles, one for each; equal unless given. */
    styleWeights?: string | readonly (string | number)[] | undefined;
    /** fast: a network paints it in one go; vgg19: optimises the picture itself, on a GPU backend, as a job; slim: the same with a small network of this project, which needs no download. Default: fast. */
    engine?: 'fast' | 'vgg19' | 'slim' | undefined;
    /** How far from the picture’s own style towards the others: 1 is strongest, 0.3 prettiest for portraits, since faces keep their tones; 0 keeps the picture. Named styles fade into the picture, the engine fast does below 0.2. 0…1. Default: 1. */
    strength?: number | undefined;
    /** Colours of the result: style, or content, which keeps the picture’s colours and, with engine=fast, its mean lightness and contrast, and takes the strokes alone. Default: style. */
    color?: 'style' | 'content' | undefined;
    /** Longer side of the working size, with engine=fast at most the picture’s own; the result has the size of the picture. auto: up to 512 as the budget allows, with other engines as recipe, device and deadline allow. Default: auto. */
    size?: 'auto' | number | undefined;
    /** pyramid: coarse to fine, means and covariances of features, averaged; classic: the TensorFlow tutorial with total variation; basic: Gram matrices at one scale. Default: pyramid. */
    recipe?: 'pyramid' | 'classic' | 'basic' | undefined;
    /** The network of engine=vgg19: VGG19, or for drafts one of a sixteenth of its size. If it is not given and VGG19 is not installed, the job runs with engine=slim and says so. Default: full. */
    weights?: 'full' | 'small' | undefined;
    /** adam unless given. */
    optimizer?: 'adam' | 'lbfgs' | undefined;
    /** Layers that compare the picture; by recipe unless given. */
    contentLayers?: string | readonly (string | number)[] | undefined;
    /** Layers that compare the styles; by recipe unless given. */
    styleLayers?: string | readonly (string | number)[] | undefined;
    /** Iterations over all scales; by recipe unless given. 1…10000. */
    steps?: number | undefined;
    /** Deadline: the best picture by then. 0: none; unless given none with a GPU, without one 120, or 10 with engine=slim. 0…3600 s. */
    seconds?: number | undefined;
    /** Seed of init=noise: the same seed gives the same picture. 0…2147483647. Default: 0. */
    seed?: number | undefined;
    /** The picture that optimising starts from. Default: content. */
    init?: 'content' | 'gray' | 'noise' | undefined;
    /** Size of the style pictures against the one painted: smaller for finer strokes. 0.1…4 times. Default: 1. */
    styleScale?: number | undefined;
    /** Weight of the content loss; by recipe unless given. 0…1000000. */
    contentWeight?: number | undefined;
    /** Weight of the style loss; by recipe unless given. 0…1000000. */
    styleWeight?: number | undefined;
    /** Weight of the total variation, which smooths; by recipe unless given. 0…1000000. */
    tvWeight?: number | undefined;
  };
};

/** The steps by name. */
export const stepNames = ['grayscale', 'sepia', 'duotone', 'vignette', 'pixelate', 'pixelart', 'hybrid', 'edges', 'style'] as const;

/** Parameters that name further images, and the names that each accepts in place of one. */
export const stepInputs = {
  hybrid: { far: [] },
  style: { style: ['wave', 'starry', 'impasto', 'watercolor', 'pointillism', 'hatching', 'woodcut', 'glass', 'mosaic', 'neon'] },
} as const;

/** Options that shape the answer: each once in a URL. */
export const outputNames: readonly string[] = ['f', 'q', 'lossless', 'compression', 'anim', 'metadata', 'scq', 'pending', 'onerror', 'exp'];

/** Formats of pictures; `auto` follows the browser's `Accept` header. */
export const pictureFormats = ['auto', 'avif', 'webp', 'jpeg', 'png', 'gif'] as const;
