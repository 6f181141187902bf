import { NativeSelect } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import type { components } from '@/api/generated/registration';
import type { Connection } from '@/partners/useConnections';
import { ProblemNotice } from '@/parts/ProblemNotice';
import { useSpeech } from '@/words/speech';

type Chosen = NonNullable<components['schemas']['Settlement']['customer_language']>;
const LANGUAGES = [
  ...(['fr', 'en', 'de', 'es', 'it', 'nl', 'pt', 'pl', 'da', 'sv', 'fi'] as const),
  ...(['el', 'cs', 'sk', 'hu', 'ro', 'bg', 'hr', 'sl', 'et', 'lv', 'lt'] as const),
] satisfies readonly Chosen[];

/** The language that a supplier's invoices to this customer say beside the supplier's own. */
export function CustomerLanguage({ connection }: { connection: Connection }) {
  const { t, lang } = useSpeech();
  const queries = useQueryClient();
  const settle = $api.useMutation('patch', '/v1/connections/{connection_id}', {
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['get', '/v1/connections'] }),
  });
  // the choice stays under the finger, and goes back if it could not be kept
  const chosen = settle.isPending ? settle.variables.body : (settle.data ?? connection);
  const names = new Intl.DisplayNames([lang], { type: 'language' });
  return (
    <>
      <ProblemNotice error={settle.error} />
      <NativeSelect
        label={t('partners.language')}
        description={t('partners.language_why')}
        disabled={settle.isPending}
        value={chosen.customer_language ?? ''}
        data={[
          { value: '', label: t('partners.language_of_country') },
          ...LANGUAGES.map((value) => ({ value, label: names.of(value) ?? value })),
        ]}
        onChange={(event) =>
          settle.mutate({
            params: { path: { connection_id: connection.id } },
            body: { customer_language: event.currentTarget.value as Chosen },
          })
        }
      />
    </>
  );
}
