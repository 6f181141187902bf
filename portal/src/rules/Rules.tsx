import '@/look/rules.css';
import { NativeSelect } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { isProblem } from '@/api/problem';
import { isActive, useConnections } from '@/partners/useConnections';
import { Empty, Notice, PageHead } from '@/parts/Bits';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useTitle } from '@/parts/useTitle';
import { Waiting } from '@/parts/Waiting';
import { Editor } from '@/rules/Editor';
import { Filling } from '@/rules/Filling';
import { InForce } from '@/rules/InForce';
import { begun } from '@/rules/shapes';
import { useRulebook } from '@/rules/useRulebook';
import { Versions } from '@/rules/Versions';
import { may, useSession } from '@/session/session';
import { useSpeech } from '@/words/speech';

/** A buyer's rules by unit; for a supplier, those of one of its customers. */
export function Rules() {
  const { t } = useSpeech();
  const { unitId } = useParams({ from: '/inside/rules/{-$unitId}' });
  const go = useNavigate();
  const units = $api.useQuery('get', '/v1/units');
  const own = units.data ?? [];
  const chosen = unitId ?? own[0]?.id;
  const mine = own.some(({ id }) => id === chosen);
  const connections = useConnections({ enabled: units.isSuccess && !mine });
  const customer = connections.data?.find((each) => isActive(each) && each.unit_id === chosen);
  useTitle(t('place.rules'));
  return (
    <>
      <PageHead
        title={customer ? t('rules.of', { buyer: customer.buyer_name, unit: customer.unit_name }) : t('place.rules')}
        over={
          unitId &&
          units.isSuccess &&
          !mine && (
            <Link to="/partners" className="link back">
              {t('place.customers')}
            </Link>
          )
        }
        lead={mine ? t('rules.lead') : t('rules.lead_supplier')}
        actions={
          own.length > 1 &&
          mine && (
            <NativeSelect
              aria-label={t('partners.unit')}
              value={chosen}
              data={own.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={(event) => void go({ to: '/rules/{-$unitId}', params: { unitId: event.currentTarget.value } })}
            />
          )
        }
      />
      <ProblemNotice error={units.error} />
      {units.isPending && <Waiting />}
      {units.isSuccess && !chosen && (
        <div className="panel">
          <Empty
            title={t('rules.no_unit')}
            action={
              <Link to="/settings/{-$room}" params={{ room: 'company' }} className="link">
                {t('place.settings')}
              </Link>
            }
          />
        </div>
      )}
      {units.isSuccess && chosen && <RulesOf key={chosen} unitId={chosen} mine={mine} />}
    </>
  );
}

function RulesOf({ unitId, mine }: { unitId: string; mine: boolean }) {
  const { t } = useSpeech();
  const { company } = useSession();
  const rulebook = useRulebook(unitId, mine);
  const { kinds, book, draft, params } = rulebook;
  const faults = $api.useQuery('get', '/v1/rulebooks/{unit_id}/faults', { params }, { enabled: mine });
  const known = kinds.data?.kinds ?? [];
  // Without a draft there is no data, and every new look for one is pending again: what is being written must stay.
  if (!kinds.isFetched || !book.isFetched || (mine && !draft.isFetched)) return <Waiting />;
  if (isProblem(book.error) && book.error.code === 'NO_RULEBOOK') {
    return (
      <div className="panel">
        <Empty title={t('rules.none')} />
      </div>
    );
  }
  if (!book.data) return <ProblemNotice error={book.error} />;
  const mayChange = mine && may(company, 'rule');
  return (
    <div className={mine ? 'grid-detail' : undefined}>
      <div className="stack">
        {mayChange ? (
          <Editor
            rulebook={rulebook}
            kinds={known}
            draft={draft.data}
            rules={begun(draft.data, book.data)}
            inForce={book.data}
          />
        ) : (
          <InForce book={book.data} kinds={known} />
        )}
        <Filling rulebook={rulebook} mayChange={mayChange} />
      </div>
      {mine && (
        <div className="stack">
          {mayChange && <InForce book={book.data} kinds={known} />}
          {faults.data?.items.map((fault) => (
            <Notice key={fault.rule + fault.finding} tone="warn" icon="gap" rule={fault.rule}>
              {t('rules.fault', { count: fault.count })}
            </Notice>
          ))}
          <Versions rulebook={rulebook} current={book.data.version} mayChange={mayChange} />
        </div>
      )}
    </div>
  );
}
