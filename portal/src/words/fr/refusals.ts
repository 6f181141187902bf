import texts from '@/words/fr/refusals.json';
import { typeset } from '@/words/typeset';

/** What carries a value of its own: how the service says it, and the same with that value in its place. */
const WITH_VALUES: readonly (readonly [RegExp, string])[] = [
  [/^With VAT, (\S+) of this invoice can be credited/, 'TVA comprise, {1} peuvent encore être crédités.'],
  [/^Of this line (\S+) can be credited/, 'De cette ligne, {1} peuvent être crédités.'],
  [/^(\S+ \S+) is left to pay, (\S+) is paid/, 'Il reste {1} à payer ; {2} sont payés.'],
  [/^You have sent an invoice with number (.+) already\.$/, 'Vous avez déjà envoyé une facture n° {1}.'],
  [/^Choose another number\.$/, 'Choisissez un autre numéro.'],
  [/^The order's price is ([\d.]+)/, 'Le prix de la commande est {1}.'],
  [/^The order is in (\w+)\.$/, 'La commande est en {1}.'],
  [/^(.+) takes no charges of the document\.$/, '{1} n’accepte pas de frais.'],
  [/^At most (\d+) bytes are taken here\.$/, 'Au plus {1} octets sont pris ici.'],
  [/^Only an invoice that is archived is credited\.$/, 'Seule une facture archivée se crédite.'],
  [/^All of this invoice is credited already\.$/, 'Cette facture est déjà créditée en entier.'],
  [/^The invoice was refused/, 'La facture a été refusée ; aucun avoir n’est attendu.'],
  [/^More is credited of an order line/, 'Une ligne serait créditée de plus qu’elle n’a été facturée.'],
  [/check digits of this IBAN/i, 'La clé de cet IBAN ne convient pas ; relisez le numéro.'],
  [/^a BIC has 8 or 11/i, 'Un BIC a 8 ou 11 lettres et chiffres.'],
  [/^give an e-mail address or a phone/i, 'Donnez une adresse e-mail ou un téléphone.'],
  [/^an IBAN stands here twice/i, 'Cet IBAN figure deux fois.'],
  [/^this is no national number/i, 'Ce n’est pas un numéro national : longueur ou clé ne conviennent pas.'],
  [
    /^no national number of (\w+)/i,
    'Aucun numéro national de ce pays ({1}) ne se vérifie ici ; donnez un n° de client.',
  ],
  [/^a natural person alone/i, 'Seule une personne physique a un numéro national.'],
  [/check digits do not fit/i, 'La clé de ce numéro ne convient pas ; relisez-le.'],
  [/^a VAT number of \w+ starts with (\w+)/i, 'Un numéro de TVA de ce pays commence par {1}.'],
  [/^this is no (.+): its length or its check digit/i, 'Ce n’est pas un {1} : longueur ou clé ne conviennent pas.'],
  [/^this is not a mail address/i, 'Ce n’est pas une adresse e-mail.'],
  [/logo has at most (\d+) kB/i, 'Un logo pèse au plus {1} ko.'],
  [/logo is a PNG or a JPEG/i, 'Un logo est un PNG ou un JPEG.'],
  [/logo has at most (\d+) pixels/i, 'Un logo a au plus {1} pixels de côté.'],
];

/** A refusal in French: by what it says where that carries a value, else by its code. */
export function inFrench(code: string, detail: string): string | undefined {
  for (const [pattern, said] of WITH_VALUES) {
    const found = pattern.exec(detail);
    if (found) return typeset(said.replace(/\{(\d)\}/g, (_, n) => found[Number(n)] ?? ''));
  }
  const known = (texts as Record<string, string>)[code];
  return known && typeset(known);
}
