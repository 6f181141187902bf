import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { byField, isProblem } from '@/api/problem';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { countries } from '@/session/countries';
import { type Entry, FIELDS, fromEntry, type List, PURPOSES, type useProfile } from '@/settings/profile';
import { useSpeech } from '@/words/speech';

type Props = {
  list: List;
  at: number;
  entry: Entry;
  items: readonly unknown[];
  change: ReturnType<typeof useProfile>['change'];
  write: ReturnType<typeof useProfile>['write'];
  close: () => void;
};

/** One bank account, address or contact; what the service finds wrong stands at its field. */
export function EntryDialog({ list, at, entry, items, change, write, close }: Props) {
  const { t, lang } = useSpeech();
  const form = useForm<Entry>({ mode: 'uncontrolled', initialValues: entry });
  const known = at < items.length;
  const send = async (next: unknown[]) => {
    try {
      await write(list, next);
      close();
    } catch (error) {
      if (!isProblem(error)) return;
      const flaws = Object.entries(byField(error)).map(([path, flaw]) => [path.split('.').at(-1), flaw]);
      form.setErrors(Object.fromEntries(flaws));
    }
  };
  const select = {
    purpose: PURPOSES.map((value) => ({ value: value as string, label: t(`profile.purpose.${value}`) })),
    country: countries(lang),
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t(`profile.one.${list}`)}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      <form
        className="stack tight-stack"
        onSubmit={form.onSubmit((given) =>
          send([...items.slice(0, at), fromEntry(list, given), ...items.slice(at + 1)]),
        )}
      >
        <ProblemNotice error={change.error} />
        {FIELDS[list].map((field, i) => {
          const props = { label: t(`profile.field.${field}`), ...form.getInputProps(field) };
          if (field === 'purpose' || field === 'country') {
            return <NativeSelect key={form.key(field)} data={select[field]} {...props} />;
          }
          return (
            <TextInput
              key={form.key(field)}
              required={i === 0 || field === 'iban'}
              data-autofocus={i === 0 || undefined}
              classNames={field === 'iban' || field === 'bic' ? { input: 'num' } : undefined}
              {...props}
            />
          );
        })}
        <div className="row wrap">
          <Button type="submit" loading={change.isPending}>
            {t('settings.keep')}
          </Button>
          {known && (
            <Button variant="default" className="end" onClick={() => void send(items.filter((_, i) => i !== at))}>
              {t('settings.remove')}
            </Button>
          )}
        </div>
      </form>
    </Modal>
  );
}
