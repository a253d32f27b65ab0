import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INITIAL_STATE, parseEditorState } from '../../../../webview-ui/modelEditor/editorState';

describe('parseEditorState', () => {
  it('reads back what was stored', () => {
    const state = {
      ...INITIAL_STATE,
      tab: 'memory',
      selection: { graph: 1, node: 4, tensor: null },
      graphView: { x: -3.5, y: 9, zoom: 0.5 },
      overlay: 'macs',
      layersSort: { column: 'macs', descending: true },
      layersFilter: '>100k',
    };
    expect(parseEditorState(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });

  it('falls back field by field', () => {
    expect(parseEditorState({ tab: 'try', overlay: 'macs', graphView: { x: 0, y: 0, zoom: -1 } })).toEqual({
      ...INITIAL_STATE,
      overlay: 'macs',
    });
  });

  it('takes anything without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), (stored) => {
        const state = parseEditorState(stored);
        expect(parseEditorState(state)).toEqual(state);
      }),
    );
  });
});
