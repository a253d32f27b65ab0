/** Characters at the end of a name that stay whatever the room: they tell it apart from its neighbours. */
const TAIL = 10;

/** A name that loses its middle when there is no room for all of it. */
export function MiddleText({ text }: { readonly text: string }) {
  return (
    <span class="middle-text" title={text}>
      <span>{text.slice(0, -TAIL)}</span>
      <span>{text.slice(-TAIL)}</span>
    </span>
  );
}
