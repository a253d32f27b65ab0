import { l10n, window } from 'vscode';
import type { Memento, QuickPickItem, Uri } from 'vscode';
import type { PixelScale } from '../../core/datasets/picture';

interface ScaleItem extends QuickPickItem {
  readonly scale: PixelScale;
}

/** Where the choice made last for a model is remembered. */
export function pixelScaleKey(model: Uri): string {
  return `scale.${model.toString()}`;
}

/**
 * Asks what values the model's pictures had in training: calibrating on others gives wrong ranges without a trace. The
 * choice made last for this model comes first. Undefined when the user cancelled.
 */
export async function askForPixelScale(memory: Memento, model: Uri): Promise<PixelScale | undefined> {
  const key = pixelScaleKey(model);
  const last = memory.get<PixelScale>(key);
  const items: ScaleItem[] = [
    { label: l10n.t('0 to 1'), description: l10n.t('divided by 255: most Keras and PyTorch models'), scale: '0..1' },
    { label: l10n.t('−1 to 1'), description: l10n.t('MobileNet, MediaPipe'), scale: '-1..1' },
    { label: l10n.t('0 to 255'), description: l10n.t('raw bytes, or scaled inside the model'), scale: '0..255' },
  ];
  items.sort((a, b) => Number(b.scale === last) - Number(a.scale === last));
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Pixel values the model was trained on'),
    placeHolder: l10n.t('Applies to pictures and raw bytes; .npy, .npz and .wav are taken as they are'),
  });
  if (picked) await memory.update(key, picked.scale);
  return picked?.scale;
}
