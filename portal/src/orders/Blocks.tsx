import type { components } from '@/api/generated/invoicing';
import { Notice } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

type Block = components['schemas']['BlockingReason'];

/** Why a line cannot be invoiced, and who can change that. Quiet: a missing receipt is no fault of the supplier's. */
export function Blocks({ blocks }: { blocks: Block[] }) {
  const { t } = useSpeech();
  return blocks.map((block) => (
    <Notice key={block.code} tone="quiet" icon="blocked" rule={block.code}>
      {t(`orders.block.${block.code}` as 'orders.block.NO_RECEIPT', { defaultValue: block.code })}{' '}
      {block.contact && (
        <span className="who">
          {block.contact.name && <b>{block.contact.name}</b>}{' '}
          {block.contact.email && (
            <a className="link" href={`mailto:${block.contact.email}`}>
              {block.contact.email}
            </a>
          )}{' '}
          {block.contact.telephone && <span className="num nowrap">{block.contact.telephone}</span>}
        </span>
      )}
    </Notice>
  ));
}
