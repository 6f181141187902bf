import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import {
  type Condition,
  conditionOf,
  examplesOf,
  expressionOf,
  FIELDS,
  needsValue,
  operatorsOf,
  pointerOf,
} from '@/rules/condition';
import type { RulesForm } from '@/rules/ReadyMade';
import type { Rule } from '@/rules/shapes';
import { useSpeech } from '@/words/speech';

/** One own rule. What is no simple condition is shown, and changed, as the expression it is. */
export function OwnRule({ form, rule, number }: { form: RulesForm; rule: Rule; number: number }) {
  const { t } = useSpeech();
  const path = `rules.${number}` as const;
  const condition = conditionOf(rule.expression ?? '');
  const set = (change: Partial<Condition>) => {
    if (!condition) return;
    const next = { ...condition, ...change };
    if (!operatorsOf(next.field).includes(next.operator)) next.operator = operatorsOf(next.field)[0]!;
    form.setFieldValue(`${path}.expression`, expressionOf(next));
    form.setFieldValue(`${path}.examples`, examplesOf(next));
    form.setFieldValue(`${path}.field`, pointerOf(next.field));
  };
  return (
    <fieldset className="own-rule">
      <legend>{t('rules.own', { id: rule.id })}</legend>
      {condition ? (
        <div className="condition">
          <NativeSelect
            label={t('rules.field')}
            value={condition.field}
            data={FIELDS.map((value) => ({ value, label: t(`rules.fields.${value}` as 'rules.fields.number') }))}
            onChange={(event) => set({ field: event.currentTarget.value as Condition['field'] })}
          />
          <NativeSelect
            label={t('rules.operator')}
            value={condition.operator}
            data={operatorsOf(condition.field).map((value) => ({ value, label: t(`rules.operators.${value}`) }))}
            onChange={(event) => set({ operator: event.currentTarget.value as Condition['operator'] })}
          />
          {needsValue(condition.operator) && (
            <TextInput
              label={t('rules.value')}
              required
              value={condition.value}
              onChange={(event) => set({ value: event.currentTarget.value })}
              error={form.errors[`${path}.expression`]}
            />
          )}
        </div>
      ) : (
        <Textarea
          label={t('rules.expression')}
          description={t('rules.expression_why')}
          autosize
          minRows={2}
          required
          {...form.getInputProps(`${path}.expression`)}
        />
      )}
      <div className="two">
        {(['fr', 'en'] as const).map((lang) => (
          <TextInput
            key={lang}
            label={t(`rules.message.${lang}`)}
            required
            maxLength={300}
            {...form.getInputProps(`${path}.messages.${lang}`)}
          />
        ))}
      </div>
      <div className="row between">
        <NativeSelect
          label={t('rules.severity_label')}
          data={(['fatal', 'warning'] as const).map((value) => ({ value, label: t(`rules.severity.${value}`) }))}
          {...form.getInputProps(`${path}.severity`)}
        />
        <Button
          variant="default"
          size="xs"
          aria-label={`${t('settings.remove')} : ${rule.id}`}
          onClick={() => form.removeListItem('rules', number)}
        >
          {t('settings.remove')}
        </Button>
      </div>
    </fieldset>
  );
}
