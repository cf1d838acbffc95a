// The control of each parameter, made from its schema.
import type { Schema } from '../catalogue.ts';
import { freshId } from '../dom.ts';
import type { PictureShelf } from '../pictures/pictures.ts';
import { choiceControl, switchControl, textControl } from './choice.ts';
import { colourControl } from './colour.ts';
import { type Control, type ControlUse, type Field, fieldOf } from './control.ts';
import { kindOf } from './kind.ts';
import { pairsControl } from './pairs.ts';
import { paletteControl } from './palette.ts';
import { pictureControl } from './picture.ts';
import { rangeControl } from './range.ts';

export type { Field } from './control.ts';

export type FieldUse = {
  name: string;
  label: string;
  schema: Schema;
  required: boolean;
  change: (value: string | undefined) => void;
  pictures: PictureShelf;
  /** Small pictures of the parameter's names. */
  previews: Readonly<Record<string, string>>;
  /** Opens the tool for pairs of points. */
  align?: (() => void) | undefined;
};

/** The field of a parameter: label, control, error. */
export function createField({ name, label, schema, required, change, ...parts }: FieldUse): Field {
  const use: ControlUse = { name, label, schema, required, change, id: freshId('param') };
  return fieldOf(controlOf(use, parts), use);
}

function controlOf(
  use: ControlUse,
  { pictures, previews, align }: Pick<FieldUse, 'pictures' | 'previews' | 'align'>,
): Control {
  const kind = kindOf(use.schema);
  switch (kind.type) {
    case 'switch':
      return switchControl(use);
    case 'choice':
      return choiceControl(use, kind.options);
    case 'range':
      return rangeControl(use, kind);
    case 'colour':
      return colourControl(use);
    case 'palette':
      return paletteControl(use, kind.names);
    case 'picture':
      return pictureControl(use, kind, { pictures, previews });
    case 'pairs':
      return pairsControl(use, align);
    case 'text':
      return textControl(use, kind);
  }
}
