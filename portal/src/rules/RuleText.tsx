import { type Kind, OWN, type Rule } from '@/rules/shapes';
import { useSpeech } from '@/words/speech';

/** One rule as its readers see it: what it asks, with which figures, and whether it stops an invoice. */
export function RuleText({ rule, kinds }: { rule: Rule; kinds: readonly Kind[] }) {
  const { t, said, day } = useSpeech();
  const kind = kinds.find((each) => each.kind === rule.kind);
  const given = Object.entries(rule.parameters ?? {});
  return (
    <div className="grow">
      <div>{rule.kind === OWN ? said(rule.messages ?? {}) : kind ? said(kind.texts) : rule.kind}</div>
      <div className="soft small">
        {t(`rules.severity.${rule.severity ?? 'fatal'}`)}
        {given.map(([name, value]) => ` · ${t(`rules.parameter.${name}` as 'rules.parameter.amount')} ${value}`)}
        {rule.valid_from && ` · ${t('rules.from', { day: day(rule.valid_from) })}`}
        {rule.valid_to && ` · ${t('rules.to', { day: day(rule.valid_to) })}`}
      </div>
    </div>
  );
}
