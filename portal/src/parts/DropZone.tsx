import { type DragEvent, useRef } from 'react';
import { Icon } from '@/parts/Icon';

type Props = {
  word: string;
  take: (files: File[]) => void;
  accept?: string;
  several?: boolean;
  id?: string;
  busy?: boolean;
};

/** Files are dropped here, or chosen: the same place by mouse and by keyboard. */
export function DropZone({ word, take, accept, several = false, id, busy = false }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const given = (files: FileList | null) => {
    const chosen = [...(files ?? [])];
    if (chosen.length) take(several ? chosen : chosen.slice(0, 1));
    if (input.current) input.current.value = '';
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple={several}
        accept={accept}
        onChange={(event) => given(event.currentTarget.files)}
      />
      <button
        type="button"
        className="drop"
        id={id}
        disabled={busy}
        onClick={() => input.current?.click()}
        onDragOver={(event: DragEvent) => event.preventDefault()}
        onDrop={(event: DragEvent) => {
          event.preventDefault();
          given(event.dataTransfer.files);
        }}
      >
        <Icon name="plus" size={14} />
        {word}
      </button>
    </>
  );
}
