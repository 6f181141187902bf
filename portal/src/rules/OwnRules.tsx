import { Button } from '@mantine/core';
import { Icon } from '@/parts/Icon';
import { examplesOf, expressionOf, pointerOf } from '@/rules/condition';
import { OwnRule } from '@/rules/OwnRule';
import type { RulesForm } from '@/rules/ReadyMade';
import { OWN, type Rule } from '@/rules/shapes';
import { useSpeech } from '@/words/speech';

const FIRST = { field: 'totals.gross_amount', operator: 'at_most', value: '5000' } as const;

const fresh = (taken: readonly string[]): Rule => {
  let number = 1;
  while (taken.includes(`own-${number}`)) number += 1;
  return {
    id: `own-${number}`,
    kind: OWN,
    severity: 'fatal',
    expression: expressionOf(FIRST),
    examples: examplesOf(FIRST),
    field: pointerOf(FIRST.field),
    messages: { fr: '', en: '' },
  };
};

/** Rules that nobody made ready: a field, a comparison, a value, and the sentence the supplier reads. */
export function OwnRules({ form }: { form: RulesForm }) {
  const { t } = useSpeech();
  const own = form.values.rules.flatMap((rule, number) => (rule.kind === OWN ? [{ rule, number }] : []));
  return (
    <div className="stack">
      {own.map(({ rule, number }) => (
        <OwnRule key={rule.id} form={form} rule={rule} number={number} />
      ))}
      <div className="row">
        <Button
          variant="default"
          size="xs"
          leftSection={<Icon name="plus" size={14} />}
          onClick={() => form.insertListItem('rules', fresh(form.values.rules.map(({ id }) => id)))}
        >
          {t('rules.add')}
        </Button>
      </div>
    </div>
  );
}
