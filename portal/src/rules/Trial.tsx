import { Link } from '@tanstack/react-router';
import { Notice } from '@/parts/Bits';
import type { Backtest, Tested } from '@/rules/shapes';
import { useSpeech } from '@/words/speech';

/** What the draft does: to its own examples, and to the invoices that came lately. */
export function TrialResult({ tested, backtest }: { tested?: Tested; backtest?: Backtest | null }) {
  const { t, count } = useSpeech();
  const broken = tested?.examples.filter(({ expected, outcome }) => expected !== outcome) ?? [];
  return (
    <div className="stack tight-stack" role="status">
      {tested && !tested.passed && (
        <Notice tone="bad" icon="failed" title={t('rules.examples_broken')}>
          {broken.map(({ rule, expected, outcome }) => (
            <span key={rule + expected} className="block">
              {t('rules.example_broken', { rule, expected: t(`rules.outcome.${expected}`) })}{' '}
              {t(`rules.outcome.${outcome}`)}
            </span>
          ))}
          {tested.lacking.map((rule) => (
            <span key={rule} className="block">
              {t('rules.example_lacking', { rule })}
            </span>
          ))}
        </Notice>
      )}
      {backtest?.documents === 0 && (
        <Notice tone="info" icon="inHand">
          {t('rules.nothing_to_try')}
        </Notice>
      )}
      {Boolean(backtest?.documents) && backtest && (
        <Notice
          tone={backtest.would_fail ? 'warn' : 'ok'}
          icon={backtest.would_fail ? 'gap' : 'approved'}
          title={t('rules.would_fail', { count: backtest.would_fail ?? 0, shown: count(backtest.would_fail ?? 0) })}
        >
          {t('rules.looked_at', { count: backtest.documents ?? 0, shown: count(backtest.documents ?? 0) })}{' '}
          {Boolean(backtest.would_pass) && t('rules.would_pass', { count: backtest.would_pass })}
        </Notice>
      )}
      {backtest?.failing && backtest.failing.length > 0 && (
        <ul className="tries">
          {backtest.failing.map(({ invoice_id, rules }) => (
            <li key={invoice_id}>
              <Link to="/invoices/$invoiceId" params={{ invoiceId: invoice_id }} className="link">
                {t('rules.open_invoice')}
              </Link>{' '}
              <code className="rule">{rules.join(', ')}</code>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
