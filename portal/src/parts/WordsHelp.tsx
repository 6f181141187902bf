import { Link } from '@tanstack/react-router';
import { useSpeech } from '@/words/speech';

/** From where words of the trade stand to where they are explained. */
export function WordsHelp() {
  const { t } = useSpeech();
  return (
    <Link to="/help/{-$article}" params={{ article: 'words' }} className="link small">
      {t('help.what_words')}
    </Link>
  );
}
