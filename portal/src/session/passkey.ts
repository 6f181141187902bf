/** WebAuthn as JSON, both ways; the browser does the rest. A person who closes its dialog gets the error back. */
export const offersPasskeys = () =>
  'PublicKeyCredential' in window && 'parseCreationOptionsFromJSON' in PublicKeyCredential;

type Options = { [key: string]: unknown };

async function asJson(asked: Promise<Credential | null>): Promise<Record<string, unknown>> {
  const credential = await asked;
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException('no passkey was given', 'NotAllowedError');
  return credential.toJSON() as Record<string, unknown>;
}

export const makePasskey = (options: Options) =>
  asJson(
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
        options as unknown as PublicKeyCredentialCreationOptionsJSON,
      ),
    }),
  );

export const showPasskey = (options: Options) =>
  asJson(
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
        options as unknown as PublicKeyCredentialRequestOptionsJSON,
      ),
    }),
  );
