import type { RawRecord } from '../../ir/rawRecord';
import type { ByteSource } from '../../ports/byteSource';
import { ByteWindow } from './protobuf/byteWindow';
import { ProtoCursor } from './protobuf/protoCursor';

export type OnnxMessage = 'ModelProto' | 'GraphProto' | 'FunctionProto' | 'NodeProto' | 'TensorProto';

/** Where one message lies in the file: what the IR keeps of it for the writer. There is one a node: fields are set once. */
export class ProtoRange implements RawRecord {
  declare readonly message: OnnxMessage;
  declare readonly source: ByteSource;
  declare readonly offset: number;
  declare readonly byteLength: number;
  /** How many messages it is nested in. */
  declare readonly depth: number;

  constructor(message: OnnxMessage, source: ByteSource, offset: number, byteLength: number, depth: number) {
    this.message = message;
    this.source = source;
    this.offset = offset;
    this.byteLength = byteLength;
    this.depth = depth;
  }

  /** The current field of a cursor as a range. Throws ModelError `too-deep`, or `corrupt` when it is no message. */
  static ofField(message: OnnxMessage, cursor: ProtoCursor): ProtoRange {
    return new ProtoRange(message, cursor.window.source, cursor.offset, cursor.length, cursor.innerDepth());
  }

  read(): Uint8Array {
    return this.source.read(this.offset, this.byteLength);
  }

  /** A cursor over its fields; share a window when many neighbours are read. */
  cursor(window = new ByteWindow(this.source)): ProtoCursor {
    return new ProtoCursor(window, this.offset, this.offset + this.byteLength, this.depth);
  }
}
