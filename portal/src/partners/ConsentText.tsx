import { $api } from '@/api/client';
import { useSpeech } from '@/words/speech';

/** The words of a consent: those whose digest its proof names. */
export function ConsentText() {
  const { said } = useSpeech();
  const text = $api.useQuery('get', '/v1/registrations/consent');
  return <>{text.data && said(text.data.texts)}</>;
}
