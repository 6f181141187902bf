import { useState } from 'react';
import type { components } from '@/api/generated/invoicing';
import type { Edit } from '@/convert/useDraft';
import { Notice, Panel } from '@/parts/Bits';
import { DropZone } from '@/parts/DropZone';
import { Icon } from '@/parts/Icon';
import { useSpeech } from '@/words/speech';

type Supporting = components['schemas']['SupportingDocument'];
const LARGEST = 7 * 1024 * 1024;

async function read(file: File): Promise<Supporting> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  const attachment = { filename: file.name, media_type: file.type || 'application/octet-stream', content: btoa(text) };
  return { reference: file.name, attachment } as Supporting;
}

/** Files that go with the invoice: dropped or chosen. */
export function Files({ files: first, change }: { files: Supporting[]; change: (terms: Edit) => void }) {
  const { t } = useSpeech();
  const [files, setFiles] = useState(first);
  const [large, setLarge] = useState('');
  const keep = (next: Supporting[]) => {
    setFiles(next);
    change({ supporting_documents: next });
  };
  const add = async (chosen: File[]) => {
    setLarge(chosen.find(({ size }) => size > LARGEST)?.name ?? '');
    const read_ = await Promise.all(chosen.filter(({ size }) => size <= LARGEST).map(read));
    if (read_.length) keep([...files, ...read_]);
  };
  return (
    <Panel title={t('convert.files')} note={t('convert.files_limit')}>
      <ul className="files">
        {files.map((file) => (
          <li key={file.reference}>
            <Icon name="clip" size={15} />
            <span className="clip grow">{file.attachment?.filename ?? file.reference}</span>
            <button
              type="button"
              className="bare"
              aria-label={t('convert.remove', { file: file.reference })}
              onClick={() => keep(files.filter((each) => each !== file))}
            >
              <Icon name="close" size={14} />
            </button>
          </li>
        ))}
      </ul>
      {large && (
        <Notice tone="warn" icon="failed">
          {t('convert.too_large', { file: large })}
        </Notice>
      )}
      <DropZone id="files" word={t('convert.drop')} several take={(chosen) => void add(chosen)} />
    </Panel>
  );
}
