import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface FoldProps {
  /** What an address may name behind `#` to find it open. */
  readonly id: string;
  readonly title: ComponentChildren;
  /** A line about it, in the words of the description. */
  readonly note?: string | undefined;
  readonly children: ComponentChildren;
}

/** A part that is drawn when it is opened: all of them at once would be some ten thousand elements. */
export function Fold({ id, title, note, children }: FoldProps) {
  const [open, setOpen] = useState(isAsked(id));
  useEffect(() => {
    const follow = () => {
      if (isAsked(id)) setOpen(true);
    };
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [id]);
  return (
    <details id={id} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h3>{title}</h3>
        {note ? <span lang="en">{note}</span> : null}
      </summary>
      {open ? <div class="part">{children}</div> : null}
    </details>
  );
}

function isAsked(id: string): boolean {
  return location.hash === `#${id}`;
}
