import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { type Kind, type Rule, ticked } from '@/rules/shapes';
import { useSpeech } from '@/words/speech';

export type RulesForm = UseFormReturnType<{ rules: Rule[] }>;

/** Ready-made rules: ticked, and set where they need a figure. */
export function ReadyMade({ form, kinds }: { form: RulesForm; kinds: readonly Kind[] }) {
  const { said } = useSpeech();
  const at = (kind: Kind) => form.values.rules.findIndex((rule) => rule.kind === kind.kind);
  const toggle = (kind: Kind) => {
    const found = at(kind);
    if (found >= 0) form.removeListItem('rules', found);
    else form.insertListItem('rules', ticked(kind));
  };
  return (
    <ul className="rows rule-list">
      {kinds.map((kind) => {
        const number = at(kind);
        return (
          <li key={kind.kind}>
            <Checkbox className="grow" label={said(kind.texts)} checked={number >= 0} onChange={() => toggle(kind)} />
            {number >= 0 && <Settings form={form} kind={kind} number={number} />}
          </li>
        );
      })}
    </ul>
  );
}

function Settings({ form, kind, number }: { form: RulesForm; kind: Kind; number: number }) {
  const { t, said } = useSpeech();
  const about = said(kind.texts);
  return (
    <div className="rule-settings">
      {kind.parameters.map((name) => (
        <TextInput
          key={name}
          label={t(`rules.parameter.${name}` as 'rules.parameter.amount')}
          description={t(`rules.such_as.${name}` as 'rules.such_as.amount')}
          required
          {...form.getInputProps(`rules.${number}.parameters.${name}`)}
        />
      ))}
      <NativeSelect
        label={t('rules.severity_label')}
        aria-label={`${t('rules.severity_label')}, ${about}`}
        data={(['fatal', 'warning'] as const).map((value) => ({ value, label: t(`rules.severity.${value}`) }))}
        {...form.getInputProps(`rules.${number}.severity`)}
      />
    </div>
  );
}
