import type { Dim, Shape } from '../../shape';
import { normalizeAxis, withDim } from '../dims';
import { attributeNumber, attributeNumbers, attributeText } from '../sourceAttributes';
import type { Infer, OpaqueRules } from './rule';
import { unknownDims } from './rule';

/** Samples of x [n, channels, spatial] at the places of grid [n, spatial, coordinates]. */
const gridSample: Infer = (context) => {
  const x = context.shape(0);
  const grid = context.shape(1);
  if (!x || x.length !== grid?.length || x.length < 3) return [];
  return [{ shape: [x[0]!, x[1]!, ...grid.slice(1, -1)] }];
};

/** Size [n, channels, spatial] to places [n, spatial, coordinates]. */
const affineGrid: Infer = (context) => {
  const size: Shape | null = context.value(1) ?? unknownDims(context, 1);
  if (!size || size.length < 3) return [];
  return [{ shape: [size[0]!, ...size.slice(2), size.length - 2] }];
};

const roiAlign: Infer = (context) => {
  const x = context.shape(0);
  const rois = context.shape(1);
  if (x?.length !== 4) return [];
  const height = attributeNumber(context.node, 'output_height') ?? 1;
  const width = attributeNumber(context.node, 'output_width') ?? 1;
  return [{ shape: [rois?.[0] ?? null, x[1]!, height, width] }];
};

const maxRoiPool: Infer = (context) => {
  const x = context.shape(0);
  const pooled = attributeNumbers(context.node, 'pooled_shape');
  return x && pooled ? [{ shape: [context.shape(1)?.[0] ?? null, x[1] ?? null, ...pooled] }] : [];
};

const centerCropPad: Infer = (context) => {
  const x = context.shape(0);
  if (!x) return [];
  const sizes = context.value(1);
  const axes = attributeNumbers(context.node, 'axes') ?? x.map((_, axis) => axis);
  let shape: Shape = x;
  for (const [index, axis] of axes.entries()) {
    const at = normalizeAxis(axis, x.length);
    if (at === null) return [];
    shape = withDim(shape, at, sizes?.[index] ?? null);
  }
  return [{ shape }];
};

/** Columns [n, channels · block, positions] to an image [n, channels, spatial]. */
const col2Im: Infer = (context) => {
  const x = context.shape(0);
  const image: Shape | null = context.value(1) ?? unknownDims(context, 1);
  if (x?.length !== 3 || !image) return [];
  const block = context.value(2)?.reduce((total, size) => total * size, 1) ?? null;
  const columns = x[1];
  const channels: Dim = typeof columns === 'number' && block ? columns / block : null;
  return [{ shape: [x[0]!, channels !== null && Number.isInteger(channels) ? channels : null, ...image] }];
};

const imageDecoder: Infer = (context) => {
  const isGray = attributeText(context.node, 'pixel_format') === 'Grayscale';
  return [{ shape: [null, null, isGray ? 1 : 3], dtype: 'uint8' }];
};

/** Operators on images beside convolution and pooling. What ImageDecoder gives, the encoded bytes say. */
export const images: OpaqueRules = {
  GridSample: { infer: gridSample, roles: ['input', 'indices'] },
  AffineGrid: { infer: affineGrid, roles: ['input', 'shape'] },
  RoiAlign: { infer: roiAlign, roles: ['input', 'bounds', 'indices'] },
  MaxRoiPool: { infer: maxRoiPool, roles: ['input', 'bounds'] },
  CenterCropPad: { infer: centerCropPad, roles: ['input', 'shape'] },
  Col2Im: { infer: col2Im, roles: ['input', 'shape', 'sizes'] },
  ImageDecoder: { infer: imageDecoder },
};
