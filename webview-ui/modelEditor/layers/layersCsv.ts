import type { LayersView } from '../../../src/protocol/views';

const HEAD = 'index,operator,detail,output,dtype,shape,macs,parameters,weight_bytes,output_bytes,live_bytes';

/** Rows as CSV (RFC 4180): plain numbers, an empty cell for what is not known. */
export function layersCsv(view: LayersView, rows: Uint32Array): string {
  const lines = [HEAD];
  for (const row of rows) {
    const texts = [view.ops, view.details, view.names, view.dtypes, view.shapes].map((column) =>
      quote(column[row] ?? ''),
    );
    const figures = [view.macs, view.parameters, view.weightBytes, view.outputBytes, view.liveBytes].map((column) => {
      const value = column[row] ?? -1;
      return value < 0 ? '' : String(value);
    });
    lines.push([String(row), ...texts, ...figures].join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function quote(text: string): string {
  // A leading = + - @ would be taken for a formula by a spreadsheet.
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
