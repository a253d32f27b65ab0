/** Characters at the end of a name that stay whatever the room: they tell it apart from its neighbours. */
const TAIL = 10;

/** A beginning shorter than the ellipsis that would stand for it is not worth splitting off. */
const SHORTEST_HEAD = 4;

/** A name that loses its middle when there is no room for all of it. */
export function MiddleText({ text }: { readonly text: string }) {
  const head = text.length - TAIL < SHORTEST_HEAD ? 0 : text.length - TAIL;
  return (
    <span class="middle-text" title={text}>
      <span>{text.slice(0, head)}</span>
      <span>{text.slice(head)}</span>
    </span>
  );
}
