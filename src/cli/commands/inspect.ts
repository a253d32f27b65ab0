import { inspect } from '../../core/answers/inspect';
import type { InspectAnswer, TensorPort } from '../../core/answers/inspectAnswer';
import { formatShape } from '../../core/ir/shape';
import type { Command } from '../command';
import { withFile } from '../commandErrors';
import { openModel } from '../openModel';
import { alignColumns, formatBytes, formatCount } from '../table';

function portRow(direction: string, port: TensorPort): readonly string[] {
  const { quantization } = port;
  const scale = quantization ? `scale ${quantization.scale.toPrecision(6)}, zero ${quantization.zeroPoint}` : '';
  return [direction, port.name, port.dtype, formatShape(port.shape), scale];
}

/** The answer as lines for people. */
function inspectLines(answer: InspectAnswer): readonly string[] {
  const producer = answer.producer === '' ? '' : `, by ${answer.producer}`;
  const facts = [
    ['format', answer.formatVersion + producer],
    ['quantization', answer.quantization],
    ['parameters', formatCount(answer.parameters)],
    ['MACs', answer.macs === null ? 'not known' : formatCount(answer.macs)],
    ['file', formatBytes(answer.fileBytes)],
    ['weights', formatBytes(answer.weightBytes)],
    ['operators', formatCount(answer.nodes)],
    ['tensors', formatCount(answer.tensors)],
  ];
  const ports = [
    ...answer.inputs.map((port) => portRow('in', port)),
    ...answer.outputs.map((port) => portRow('out', port)),
  ];
  const operators = Object.entries(answer.operators).map(([name, count]) => [name, formatCount(count)]);
  const sections = [alignColumns(facts), alignColumns(ports), alignColumns(operators, new Set([1])), answer.notes];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index > 0 ? ['', ...section] : section));
}

export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'format, operators, tensors, parameters, MACs and bytes of a model',
  operands: ['MODEL'],
  options: {},
  async run(context) {
    const [file = ''] = context.args.operands;
    const model = await openModel(file);
    const answer = withFile(file, () => inspect(model));
    context.answer(answer, () => inspectLines(answer));
    return 0;
  },
};
