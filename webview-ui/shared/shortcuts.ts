import { useEffect } from 'preact/hooks';

type Shortcuts = Readonly<Record<string, () => void>>;

/** Keys of a screen while it is shown. Not while typing, and not with Ctrl, Alt or Cmd, which belong to the editor. */
export function useShortcuts(shortcuts: Shortcuts): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
      const action = Object.hasOwn(shortcuts, event.key) ? shortcuts[event.key] : undefined;
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
    };
  });
}

/** `/` goes to the screen's search field. */
export function useSlashKey(input: { readonly current: HTMLInputElement | null }): void {
  useShortcuts({
    '/': () => {
      input.current?.focus();
      input.current?.select();
    },
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, select, textarea');
}
