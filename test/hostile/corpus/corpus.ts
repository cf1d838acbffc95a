// Every hostile file, by group and name, with its allowed outcomes.
import type { Codecs } from '../../../src/codecs/codec.ts';
import type { ErrorCode } from '../../../src/errors.ts';
import { makeImage } from '../../helpers/files/make-image-files.ts';
import { writeJpeg } from '../../helpers/files/write-jpeg.ts';
import { bombs } from './bombs.ts';
import { broken } from './broken.ts';
import { disguises } from './disguise.ts';
import { shapes } from './shapes.ts';

export type Outcome = 'picture' | ErrorCode;

export type HostileFile = {
  /** A description, unique within its group. */
  name: string;
  /** Makes the file at the first call, since some take long. */
  make: () => Uint8Array;
  /** The format that is asked for; `png` unless given. */
  format?: 'png' | 'gif' | 'webp';
  /** Allowed outcomes of `w=64` in that format. */
  may: readonly Outcome[];
  /** Expected size of that picture; not checked unless given. */
  size?: readonly [width: number, height: number];
  /** `Content-Type` when a server sends it; `image/jpeg` unless given. */
  type?: string;
  /** Text that the picture's bytes must not contain. */
  without?: string;
};

export type GroupName = 'bombs' | 'broken' | 'disguise' | 'shapes';
export type CorpusFile = HostileFile & { group: GroupName };

/** Valid files from which the others are made, all of the same 48×40 picture. */
export type Sound = Record<'jpeg' | 'progressive' | 'png' | 'webp' | 'avif', Uint8Array>;

export const soundPicture = makeImage(48, 40, (x, y) => [5 * x, 6 * y, (x * y) & 255, 255]);

export async function makeSound(codecs: Codecs): Promise<Sound> {
  const encode = (format: 'png' | 'webp' | 'avif'): Promise<Uint8Array> => {
    const codec = codecs[format];
    if (!codec) throw new Error(`the corpus needs a codec for ${format}`);
    return codec.encode(soundPicture, { quality: 80 });
  };
  return {
    jpeg: writeJpeg(soundPicture),
    progressive: writeJpeg(soundPicture, { kind: 'progressive' }),
    png: await encode('png'),
    webp: await encode('webp'),
    avif: await encode('avif'),
  };
}

/** The whole corpus; `codecs` encode the valid files. */
export async function makeCorpus(codecs: Codecs): Promise<CorpusFile[]> {
  const sound = await makeSound(codecs);
  const groups: Record<GroupName, HostileFile[]> = {
    bombs: bombs(sound),
    broken: broken(sound),
    disguise: disguises(sound),
    shapes: shapes(sound),
  };
  return Object.entries(groups).flatMap(([group, files]) =>
    files.map((file) => ({ ...file, make: once(file.make), group: group as GroupName })),
  );
}

// Makes a file once, since packing a hundred megabytes takes longer than any answer.
function once(make: () => Uint8Array): () => Uint8Array {
  let made: Uint8Array | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
