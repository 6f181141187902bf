import { TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { components } from '@/api/generated/registration';
import { legalId } from '@/parts/legalId';
import { useSpeech } from '@/words/speech';

export type Given = components['schemas']['Company'];
const SIREN_DIGITS = 9;
const numberOf = ({ identifiers, legal_id }: Given) => identifiers?.[0]?.value ?? legal_id?.value ?? '';

/** What the issuer said of the company, as the form holds it. */
export const givenValues = (given: Given | null | undefined, name: string) => ({
  name,
  company: {
    legal_name: given?.legal_name ?? '',
    vat_id: given?.vat_id ?? '',
    legal_id: given ? numberOf(given) : '',
    national_number: '',
    address: {
      line_one: given?.address.line_one ?? '',
      postal_code: given?.address.postal_code ?? '',
      city: given?.address.city ?? '',
    },
  },
});
export type GivenValues = ReturnType<typeof givenValues>;

/** The company with what its own people changed. A SIRET names the establishment, its first digits the enterprise. */
export function corrected(given: Given, { company }: GivenValues) {
  const { legal_id, national_number, ...own } = company;
  const number = legal_id === numberOf(given) ? undefined : legalId(legal_id, given.country);
  const whole = number && given.country === 'FR' && number.value.length > SIREN_DIGITS;
  const numbers =
    number === undefined
      ? {}
      : {
          legal_id: whole ? { scheme: '0002', value: number.value.slice(0, SIREN_DIGITS) } : number,
          identifiers: whole ? [number] : [],
        };
  return {
    ...given,
    ...own,
    ...numbers,
    vat_id: own.vat_id || null,
    national_number: national_number || null,
    address: { ...given.address, ...own.address },
  };
}

type Props<Values extends GivenValues> = {
  form: UseFormReturnType<Values>;
  issuer: string;
  /** A consent is that of the company that was asked: its name and numbers stay. */
  fixed: boolean;
  /** Whose kind it is tells which numbers it has. */
  person: boolean;
  /** A natural person's number as the issuer gave it, masked; it stays unless another one is typed. */
  nationalNumber: string;
};

/** The company as the issuer described it, for its own people to correct. */
export function GivenCompany<Values extends GivenValues>({
  form,
  issuer,
  fixed,
  person,
  nationalNumber,
}: Props<Values>) {
  const { t } = useSpeech();
  const field = (path: string) => ({ key: form.key(path as never), ...form.getInputProps(path as never) });
  return (
    <fieldset className="bare stack tight-stack">
      <legend className="soft">{t(fixed ? 'activation.given_fixed' : 'activation.given', { issuer })}</legend>
      <TextInput
        label={t(person ? 'bringing.name_of.person' : 'settings.legal_name')}
        readOnly={fixed}
        {...field('company.legal_name')}
      />
      {person ? (
        nationalNumber && (
          <TextInput
            label={t('register.national_number')}
            description={fixed ? undefined : t('activation.national_number', { number: nationalNumber })}
            autoComplete="off"
            {...(fixed ? { readOnly: true, value: nationalNumber } : field('company.national_number'))}
          />
        )
      ) : (
        <div className="two">
          <TextInput label={t('settings.vat_id')} readOnly={fixed} {...field('company.vat_id')} />
          <TextInput label={t('activation.legal_id')} readOnly={fixed} {...field('company.legal_id')} />
        </div>
      )}
      <TextInput label={t('settings.address')} autoComplete="address-line1" {...field('company.address.line_one')} />
      <div className="two">
        <TextInput
          label={t('settings.postal_code')}
          autoComplete="postal-code"
          {...field('company.address.postal_code')}
        />
        <TextInput label={t('settings.city')} autoComplete="address-level2" {...field('company.address.city')} />
      </div>
      <TextInput label={t('settings.name')} autoComplete="name" required {...field('name')} />
    </fieldset>
  );
}
