import { Button, TextInput } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/invoicing';
import { isProblem } from '@/api/problem';
import { Charges } from '@/convert/Charges';
import { exceeds, isDecimal } from '@/convert/decimal';
import { Files } from '@/convert/Files';
import { Filled } from '@/convert/Filled';
import { FindingNotice, type Point } from '@/convert/FindingNotice';
import { type Begun, FreeLines } from '@/convert/FreeLines';
import { KeepTemplate } from '@/convert/KeepTemplate';
import { Lines } from '@/convert/Lines';
import { More } from '@/convert/More';
import { NoArchive } from '@/convert/NoArchive';
import { PointList } from '@/convert/PointList';
import { Preview } from '@/convert/Preview';
import { COMPANY, fieldsOf, focusOn, placeOf, placeOfPointer, shownAt } from '@/convert/places';
import { Saved } from '@/convert/Saved';
import { SendBar } from '@/convert/SendBar';
import { hasTotalTax, SALES_TAX, TotalTax } from '@/convert/TotalTax';
import { LACKS, readable } from '@/convert/unread';
import { type Detail, type Edit, useDraft } from '@/convert/useDraft';
import { useFindings } from '@/convert/useFindings';
import { PageHead, Panel } from '@/parts/Bits';
import { Confirm } from '@/parts/Confirm';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { refusal } from '@/words/refusals';
import { useSpeech } from '@/words/speech';

export type DraftLine = components['schemas']['DraftLine'];
type Billable = components['schemas']['BillableLines'];
/** What would be refused on sending and no check of the document tells, so that it is said before. */
const BEFORE_SENDING = new Set(['TAX_CODES_MISSING', 'TAX_CODE_UNKNOWN', 'NAV-TAX-FOREIGN', 'CHARGES_FORBIDDEN']);

export function ConvertForm({ detail, billable }: { detail: Detail; billable?: Billable }) {
  const { t } = useSpeech();
  const go = useNavigate();
  const { document, missing, archived, version, saving, edit, flush, reread, restored, drop } = useDraft(detail);
  const [draft] = useState(() => ({ ...detail.draft!, ...restored }) as components['schemas']['InvoiceDraft']);
  const [number, setNumber] = useState(draft.number);
  const [reference, setReference] = useState(draft.buyer_reference ?? '');
  const [delivered, setDelivered] = useState(draft.delivery?.date ?? '');
  // as they are typed; the draft holds them as far as they can be read
  const [lines, setLines] = useState<DraftLine[]>(draft.lines);
  const held = useRef<DraftLine[]>(draft.lines);
  const [begun, setBegun] = useState<Begun[]>([]);
  const [freightUnread, setFreightUnread] = useState(false);
  const [taxUnread, setTaxUnread] = useState(false);
  const [wanted, setWanted] = useState(false);
  const [tried, setTried] = useState(detail.state === 'failed');
  const [sending, setSending] = useState(false);
  const [refused, setRefused] = useState<unknown>();
  const checked = useFindings(document, detail.unit_id, version);
  const send = $api.useMutation('post', '/v1/invoices/{invoice_id}/submit');
  const change = (terms: Edit) => {
    setRefused(undefined);
    edit(terms);
  };
  const changeLines = (next: DraftLine[], halves: Begun[] = []) => {
    setLines(next);
    setBegun(halves);
    held.current = readable(next, held.current);
    change({ lines: held.current });
  };
  const order = detail.order_numbers[0];
  const free = !order && !detail.credits_invoice_id && draft.lines.every((line) => !line.order_line);
  // a credit note has its own words for what is done with it
  const context = detail.kind === 'credit_note' ? 'credit' : undefined;
  const title = order ? t('convert.title', { order, context }) : t('convert.title_free', { context });
  useTitle(title);

  // a finding about the number speaks of the one that was checked, which may not be the one typed since
  const stale = checked.isPlaceholderData || number.trim() !== document?.number;
  const points = useMemo((): Point[] => {
    const found: Point[] = [];
    if (number.trim() === '')
      found.push({ place: 'number', text: t('convert.number_missing', { context }), rule: 'BR-02' });
    lines.forEach((line, i) => {
      if (!isDecimal(line.quantity))
        found.push({ place: `line-${i}`, text: t('convert.lacks.quantity'), rule: LACKS.quantity });
      const account = billable?.lines.find(({ identifier }) => identifier === line.order_line?.line);
      if (account && exceeds(line.quantity, account.available)) {
        const use = account.available;
        found.push({
          place: `line-${i}`,
          text: t('convert.exceeds', { given: line.quantity, use }),
          rule: 'OVER_INVOICED',
          use,
        });
      }
    });
    for (const { place, lacks } of begun) found.push({ place, text: t(`convert.lacks.${lacks}`), rule: LACKS[lacks] });
    if (freightUnread) found.push({ place: 'freight', text: t('convert.lacks.freight'), rule: LACKS.freight });
    if (taxUnread) found.push({ place: 'total_tax', text: t('convert.lacks.total_tax'), rule: LACKS.total_tax });
    for (const each of checked.data?.findings ?? []) {
      const { rule, severity, fixed_by: by } = each.finding;
      const place = shownAt(placeOf(each.finding));
      if (severity !== 'fatal' || (place === 'number' && stale)) continue;
      found.push({ place, text: each.text, rule, by });
    }
    const stops = isProblem(refused)
      ? (refused.violations ?? [])
      : missing.filter(({ rule }) => BEFORE_SENDING.has(rule));
    // said once, not at each line
    for (const { rule, pointer, detail: text } of stops)
      if (rule !== 'TAX_CODES_MISSING' || !found.some((point) => point.rule === rule))
        found.push({ place: placeOfPointer(pointer ?? ''), text: refusal(rule, text), rule });
    return found;
  }, [number, stale, lines, begun, freightUnread, taxUnread, billable, checked.data, missing, refused, context, t]);

  const jump = (step: 1 | -1) => {
    const fields = fieldsOf(points.map(({ place }) => place));
    const now = fields.indexOf(window.document.activeElement as HTMLElement);
    focusOn(fields.at((now + step + fields.length) % Math.max(1, fields.length)));
  };
  const deliver = async () => {
    setSending(true);
    try {
      if (!(await flush())) return;
      await send.mutateAsync({ params: { path: { invoice_id: detail.id } } });
      await go({ to: '/invoices/$invoiceId', params: { invoiceId: detail.id } });
    } catch (error) {
      setRefused(error);
    } finally {
      setSending(false);
    }
  };
  const submit = () => {
    if (sending) return;
    setWanted(true);
    void flush();
  };
  // What was typed last may mend what was found before it: sending waits for the answer about what is kept.
  const keeping = saving.state === 'typing' || saving.state === 'saving';
  const answered = checked.isFetched && !checked.isPlaceholderData;
  useEffect(() => {
    if (!wanted || keeping || !answered) return;
    setWanted(false);
    setTried(true);
    if (points.length) focusOn(fieldsOf(points.map(({ place }) => place))[0]);
    else void deliver();
  });
  // whoever comes from a failure, or from one of its points, stands at the field that it speaks of
  const meant = useRef(detail.state === 'failed' || window.location.hash !== '');
  useEffect(() => {
    if (!meant.current || !answered) return;
    meant.current = false;
    const chosen = decodeURIComponent(window.location.hash.slice(1));
    focusOn(fieldsOf([...(chosen ? [chosen] : []), ...points.map(({ place }) => place)])[0]);
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      // a dialog over the invoice has the keys for itself
      if (window.document.querySelector('[aria-modal=true]')) return;
      if (event.ctrlKey && event.key === 'Enter') {
        event.preventDefault();
        submit();
      }
      if (event.key === 'F8') {
        event.preventDefault();
        jump(event.shiftKey ? -1 : 1);
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });
  const about = (place: string) => points.filter((point) => point.place === place);
  const above = [...about(''), ...about(COMPANY)];
  const described = (place: string) => (about(place).length ? `${place}-why` : undefined);

  return (
    <div className="convert">
      <div className="convert-form">
        <PageHead
          over={
            <Link to="/orders" search={{}} className="link back">
              {t('place.orders')} / {detail.buyer_name}
            </Link>
          }
          title={title}
          actions={
            <Saved
              saving={saving}
              reload={() => {
                drop();
                location.reload();
              }}
            />
          }
        />
        {saving.state === 'failed' && <ProblemNotice error={saving.error} />}
        {isProblem(refused) && !refused.violations?.length && <ProblemNotice error={refused} />}
        {tried && <PointList points={points} />}
        {above.length > 0 && (
          <div className="stack" id="other" tabIndex={-1}>
            {above.map((point, i) => (
              <FindingNotice key={`${point.rule}${i}`} point={point} />
            ))}
          </div>
        )}
        <Panel title={t('convert.header')}>
          <div className="two">
            <TextInput
              id="number"
              label={t('convert.number', { context })}
              required
              autoFocus
              value={number}
              error={about('number').length > 0}
              aria-describedby={described('number')}
              onChange={(event) => {
                setNumber(event.currentTarget.value);
                change({ number: event.currentTarget.value });
              }}
              classNames={{ input: 'num' }}
            />
            <TextInput
              id="buyer_reference"
              label={t('convert.reference')}
              value={reference}
              error={about('buyer_reference').length > 0}
              aria-describedby={described('buyer_reference')}
              onChange={(event) => {
                setReference(event.currentTarget.value);
                change({ buyer_reference: event.currentTarget.value || null });
              }}
              classNames={{ input: 'num' }}
            />
            <TextInput
              id="delivery"
              type="date"
              label={t('convert.delivered')}
              value={delivered}
              error={about('delivery').length > 0}
              aria-describedby={described('delivery')}
              onChange={(event) => {
                setDelivered(event.currentTarget.value);
                change({ delivery: { ...draft.delivery, date: event.currentTarget.value || null } });
              }}
            />
          </div>
          {['number', 'buyer_reference', 'delivery'].flatMap((place) =>
            about(place).map((point, i) => (
              <FindingNotice key={`${place}${point.rule}`} id={i === 0 ? `${place}-why` : undefined} point={point} />
            )),
          )}
        </Panel>
        <More draft={draft} points={points} change={change} />
        {free ? (
          <FreeLines lines={draft.lines} points={points} change={changeLines} />
        ) : (
          <Lines
            context={context}
            currency={detail.currency}
            chosen={lines}
            offered={draft.lines}
            billable={billable}
            document={document}
            points={points}
            change={changeLines}
          />
        )}
        <div className="two even">
          <Charges
            allowed={billable?.buyer.charges_allowed ?? true}
            currency={detail.currency}
            charges={(draft.charges ?? []).filter(({ reason }) => reason !== SALES_TAX)}
            vat={lines[0]?.vat}
            points={about('freight')}
            change={change}
            unread={setFreightUnread}
          />
          <Files invoiceId={detail.id} changed={reread} />
        </div>
        {about('files').map((point, i) => (
          <FindingNotice key={`files${point.rule}${i}`} id={i === 0 ? 'files-why' : undefined} point={point} />
        ))}
        <Filled invoiceId={detail.id} version={version} />
        {hasTotalTax(draft) && (
          <Panel>
            <TotalTax draft={draft} points={about('total_tax')} change={change} unread={setTaxUnread} />
          </Panel>
        )}
        {!archived && <NoArchive />}
        <SendBar
          context={context}
          totals={document?.totals}
          currency={detail.currency}
          points={points.length}
          checking={keeping || !answered}
          sending={sending || wanted || saving.state === 'saving'}
          jump={() => jump(1)}
          send={submit}
        />
        <div className="row wrap">
          <KeepTemplate invoiceId={detail.id} flush={flush} />
          {detail.state === 'draft' && <Discard id={detail.id} buyer={detail.buyer_name} />}
        </div>
      </div>
      <Preview document={document} buyer={detail.buyer_name} />
    </div>
  );
}

/** A draft that is not wanted any more. */
function Discard({ id, buyer }: { id: string; buyer: string }) {
  const { t } = useSpeech();
  const go = useNavigate();
  const [asked, ask] = useState(false);
  const cancel = $api.useMutation('post', '/v1/invoices/{invoice_id}/cancel', {
    onSuccess: () => go({ to: '/drafts' }),
  });
  return (
    <>
      <Button variant="subtle" size="xs" onClick={() => ask(true)}>
        {t('convert.discard')}
      </Button>
      <Confirm
        opened={asked}
        title={t('convert.discard')}
        act={t('convert.discard_do')}
        acting={cancel.isPending}
        error={cancel.error}
        close={() => ask(false)}
        confirm={() => cancel.mutate({ params: { path: { invoice_id: id } }, body: {} as never })}
      >
        {t('convert.discard_why', { buyer })}
      </Confirm>
    </>
  );
}
