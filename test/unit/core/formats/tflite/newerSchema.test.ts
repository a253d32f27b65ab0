import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTflite } from '../../../../../src/core/formats/tflite/readTflite';
import { optionTables } from '../../../../../src/core/formats/tflite/schema/optionTables';
import { optionTables2 } from '../../../../../src/core/formats/tflite/schema/optionTables2';
import { writeTflite } from '../../../../../src/core/formats/tflite/writeTflite';
import { ModelError } from '../../../../../src/core/ir/errors';
import type { Model } from '../../../../../src/core/ir/model';
import { mainGraph } from '../../../../../src/core/ir/model';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import type { Content } from '../../../../fixtures/flatbufferBuilder';
import { buildFlatbuffer } from '../../../../fixtures/flatbufferBuilder';
import { parseFlatbufferSchema } from '../../../../fixtures/flatbufferSchema';
import { firstDifference } from '../../../../fixtures/flatbufferTree';
import { tfliteTree } from '../../../../fixtures/tfliteTree';

const newer = `
  later_int:int; later_text:string; later_table:LaterTable; later_list:[LaterTable]; later_long:long;
  later_ints:[int]; later_longs:[long]; later_bytes:[ubyte]; later_names:[string]; later_bool:bool;
`;

/** The tables a file of a few years from now may have: fields after today's last in each. */
const schema = parseFlatbufferSchema(`
  union QuantizationDetails { CustomQuantization, BlockwiseQuantization, MultiAxisQuantization }
  union BuiltinOptions { ${optionTables.map(({ name }) => name).join()} }
  union BuiltinOptions2 { ${optionTables2.map(({ name }) => name).join()}, LaterOptions }
  table LaterTable { number:int; text:string; inner:LaterTable; others:[LaterTable]; big:long; }
  table LaterOptions { how:string; many:[int]; big:ulong; inner:LaterTable; }
  table SoftmaxOptions { beta:float; ${newer} }
  table QuantizationParameters {
    min:[float]; max:[float]; scale:[float]; zero_point:[long]; details:QuantizationDetails; quantized_dimension:int;
    ${newer}
  }
  table Tensor {
    shape:[int]; type:byte; buffer:uint; name:string; quantization:QuantizationParameters; is_variable:bool;
    sparsity:LaterTable; shape_signature:[int]; has_rank:bool; variant_tensors:[LaterTable]; external_buffer:uint; ${newer}
  }
  table OperatorCode { deprecated_builtin_code:byte; custom_code:string; version:int = 1; builtin_code:int; ${newer} }
  table Operator {
    opcode_index:uint; inputs:[int]; outputs:[int]; builtin_options:BuiltinOptions; custom_options:[ubyte];
    custom_options_format:byte; mutating_variable_inputs:[bool]; intermediates:[int]; large_custom_options_offset:ulong;
    large_custom_options_size:ulong; builtin_options_2:BuiltinOptions2; debug_metadata_index:int = -1; ${newer}
  }
  table SubGraph {
    tensors:[Tensor]; inputs:[int]; outputs:[int]; operators:[Operator]; name:string; debug_metadata_index:int = -1;
    ${newer}
  }
  table Buffer { data:[ubyte]; offset:ulong; size:ulong; ${newer} }
  table Metadata { name:string; buffer:uint; ${newer} }
  table TensorMap { name:string; tensor_index:uint; ${newer} }
  table SignatureDef {
    inputs:[TensorMap]; outputs:[TensorMap]; signature_key:string; deprecated_tag:string (deprecated);
    subgraph_index:uint; ${newer}
  }
  table Model {
    version:uint; operator_codes:[OperatorCode]; subgraphs:[SubGraph]; description:string; buffers:[Buffer];
    metadata_buffer:[int]; metadata:[Metadata]; signature_defs:[SignatureDef]; external_buffer_groups:[LaterTable];
    external_buffers:[LaterTable]; ${newer}
  }
`);

const tables = ['QuantizationParameters', 'Tensor', 'OperatorCode', 'Operator', 'SubGraph', 'Buffer'] as const;
const more = ['SoftmaxOptions', 'Metadata', 'TensorMap', 'SignatureDef', 'Model'] as const;
type Extensible = (typeof tables)[number] | (typeof more)[number];
type Extra = Readonly<Record<string, Content>>;

/** x -> SOFTMAX -> y -> a builtin of code 700 with options of a newer type -> z; `extra` gives fields to each table. */
function fileWith(extra: (table: Extensible) => Extra): Uint8Array {
  const tensor = (name: string, buffer = 0): Content => ({
    shape: [1, 4],
    name,
    buffer,
    has_rank: 1,
    ...extra('Tensor'),
    quantization: { scale: [0.5], zero_point: [0n], ...extra('QuantizationParameters') },
  });
  const map = (name: string, index: number): Content => ({ name, tensor_index: index, ...extra('TensorMap') });
  const softmax = { kind: 'SoftmaxOptions', value: { beta: 2, ...extra('SoftmaxOptions') } };
  const later = {
    kind: 'LaterOptions',
    value: { how: 'so', many: [3, 4], big: 2n ** 40n, inner: { number: 7, text: 'inside', inner: { big: 5n } } },
  };
  return buildFlatbuffer(schema, 'Model', 'TFL3', {
    version: 3,
    operator_codes: [
      { deprecated_builtin_code: 25, builtin_code: 25, ...extra('OperatorCode') },
      { deprecated_builtin_code: 127, builtin_code: 700, version: 2, ...extra('OperatorCode') },
    ],
    subgraphs: [
      {
        tensors: [tensor('x'), tensor('y'), tensor('z'), tensor('c', 1)],
        inputs: [0],
        outputs: [2],
        operators: [
          { opcode_index: 0, inputs: [0], outputs: [1], builtin_options: softmax, ...extra('Operator') },
          { opcode_index: 1, inputs: [1, 3], outputs: [2], builtin_options_2: later, ...extra('Operator') },
        ],
        name: 'main',
        ...extra('SubGraph'),
      },
    ],
    description: 'of a newer schema',
    buffers: [{}, { data: new Uint8Array(16).fill(9), ...extra('Buffer') }, { data: Uint8Array.of(1, 2) }],
    metadata: [{ name: 'm', buffer: 2, ...extra('Metadata') }],
    signature_defs: [
      {
        inputs: [map('in', 0)],
        outputs: [map('2', 2), map('1', 1)],
        signature_key: 'serve',
        ...extra('SignatureDef'),
      },
    ],
    ...extra('Model'),
  });
}

function read(bytes: Uint8Array): Model {
  return readTflite(new MemoryByteSource(bytes, 'newer.tflite'));
}

function lossOf(bytes: Uint8Array): string | null {
  return firstDifference(tfliteTree(schema, bytes), tfliteTree(schema, writeTflite(read(bytes))));
}

const everything: Extra = {
  later_int: 12,
  later_text: 'text',
  later_table: { number: 5, text: 'deep', inner: { number: 1, others: [{ big: 3n }, { text: '' }] } },
  later_list: [{ number: 4 }, { text: 'b', inner: { big: -1n } }],
  later_long: 2n ** 50n,
  later_ints: [1, 2, 3],
  later_longs: [1n, -2n],
  later_bytes: Uint8Array.of(1, 2, 3, 4, 5),
  later_names: ['p', 'qq', ''],
  later_bool: 1,
};

describe('a file of a newer schema', () => {
  it('loses nothing when it is read and written, whichever table has grown', () => {
    for (const table of [...tables, ...more]) {
      const bytes = fileWith((each) => (each === table ? everything : {}));
      expect({ table, loss: lossOf(bytes) }).toEqual({ table, loss: null });
    }
    expect(lossOf(fileWith(() => everything))).toBeNull();
  });

  it('shows its fields at the node, and says how many there are', () => {
    const model = read(fileWith((each) => (each === 'SoftmaxOptions' ? everything : {})));
    const [softmax, later] = mainGraph(model).nodes;
    expect(softmax!.source.attributes).toMatchObject({
      beta: 2,
      'slot 1': { text: '12 (4 bytes)' },
      'slot 2': { text: '"text"' },
      'slot 3': { text: 'a table of 3 fields' },
      'slot 4': { text: 'a list of 2' },
      'slot 5': { text: '1125899906842624 (8 bytes)' },
      'slot 6': { text: 'a vector of 3' },
      'slot 9': { text: 'a list of 3' },
    });
    expect(later!.source).toMatchObject({ op: 'BUILTIN_700', version: 2, attributes: { 'slot 0': { text: '"so"' } } });
    expect(later!.op).toEqual({ kind: 'Opaque', bodies: [] });
    expect(model.notes.join()).toContain('10 fields of SoftmaxOptions are newer than this reader; they are kept');
  });

  it('takes no number for an offset', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(2 ** 31 - 1), fc.constantFrom(...tables, ...more), (small, big, table) => {
        const numbers = { later_int: small, later_long: BigInt(big), later_bool: small % 2 };
        expect(lossOf(fileWith((each) => (each === table ? numbers : {})))).toBeNull();
      }),
      { numRuns: 150, seed: 4 },
    );
  });

  it('gives a model or a ModelError when it is damaged', () => {
    const original = fileWith(() => everything);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        (changes) => {
          const bytes = original.slice();
          for (const [where, value] of changes) bytes[where] = value;
          try {
            writeTflite(read(bytes));
          } catch (error) {
            if (!(error instanceof ModelError)) throw error;
          }
        },
      ),
      { numRuns: 400, seed: 5 },
    );
  });
});
