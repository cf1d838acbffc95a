// The README's example URLs. `npm run docs -- --pictures` renders their pictures; a test compares them.

export type Example = { title: string; path: string; picture: string };

/** The first three are on the README's first screen. */
export const examples: readonly Example[] = [
  {
    title: 'A hybrid image: chess up close, a bust from afar (step back, or shrink the page)',
    path: '/t/w=512,h=512,fit=cover/hybrid,far=asset:bust.jpg/f=webp/asset:chess.jpg',
    picture: 'docs/examples/hybrid.webp',
  },
  {
    title: 'Pixelation, averaged in linear light',
    path: '/t/w=480/pixelate,block=12/f=png/asset:landscape.jpg',
    picture: 'docs/examples/pixelate.png',
  },
  {
    title: 'A square thumbnail with a focal point, with the options of Cloudflare Images',
    path: '/t/w=200,h=200,fit=cover,gravity=0.35x0.5,f=webp,q=80/asset:landscape.jpg',
    picture: 'docs/examples/thumbnail.webp',
  },
  {
    title: 'The same hybrid image, seen from afar',
    path: '/t/w=512,h=512,fit=cover/hybrid,far=asset:bust.jpg/w=64/f=webp/asset:chess.jpg',
    picture: 'docs/examples/hybrid-afar.webp',
  },
  {
    title: 'A grid of 48 columns; transparency is kept',
    path: '/t/w=384/pixelate,columns=48/f=png/asset:sticker.png',
    picture: 'docs/examples/pixelate-grid.png',
  },
];
