import type { LineProtocol } from '../lineProtocol';
import { EdgeImpulseParser } from './edgeImpulseParser';

const OPENING = /^(?:> )?(?:Predictions \(|Timing: DSP |#(?:Classification|Object|Regression|Visual|Freeform) ?)/;

export const edgeImpulseProtocol: LineProtocol = {
  id: 'edge-impulse',
  recognises: (text) => OPENING.test(text),
  createParser: (output) => new EdgeImpulseParser(output),
};
