import invoiceCii from '@examples/invoice.cii.xml?url';
import invoiceUbl from '@examples/invoice.ubl.xml?url';
import orderJson from '@examples/order.json?url';
import orderXml from '@examples/order.xml?url';
import receiptJson from '@examples/receipt.json?url';
import { COLUMNS } from '@/bringing/shapes';
import { Panel } from '@/parts/Bits';
import { useSpeech } from '@/words/speech';

const PARTNERS = `data:text/csv;charset=utf-8,${encodeURIComponent(`${COLUMNS.join(';')}\r\n`)}`;
const FILES = [
  ['order_xml', orderXml, 'order.xml'],
  ['order_json', orderJson, 'order.json'],
  ['receipt_json', receiptJson, 'receipt.json'],
  ['invoice_ubl', invoiceUbl, 'invoice.ubl.xml'],
  ['invoice_cii', invoiceCii, 'invoice.cii.xml'],
  ['partners_csv', PARTNERS, 'navette.csv'],
] as const;

/** What files look like that go in and out: the same that the product itself is tested with. */
export function Formats() {
  const { t } = useSpeech();
  return (
    <Panel title={t('help.formats')}>
      <ul className="rows">
        {FILES.map(([name, address, file]) => (
          <li key={name}>
            <a className="link" href={address} download={file}>
              {t(`help.format.${name}`)}
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
