import type { HelpContent } from '@/help/content/shape';

export const content: HelpContent = {
  guides: {
    first: {
      title: 'Vos premiers pas',
      lead: 'Du message d’invitation à la première facture, en quatre temps.',
      steps: [
        {
          text: 'Ouvrez le lien du message : vos données y sont déjà. Choisissez un mot de passe, acceptez les conditions.',
        },
        {
          text: 'Entrez avec votre adresse e-mail ; un code vous est envoyé à chaque connexion, sauf si vous préférez une application.',
        },
        {
          text: 'Le client qui vous a invité est déjà relié. Cherchez-en d’autres par leur nom ou leur numéro.',
          picture: 'partners',
        },
        { text: 'Ses commandes arrivent dans votre liste : ouvrez-en une et facturez-la.', picture: 'orders' },
      ],
    },
    flip: {
      title: 'Facturer une commande',
      lead: 'Moins d’une minute, au clavier si vous voulez.',
      steps: [
        {
          text: 'Ouvrez la commande : vous y voyez ce qui est commandé, reçu, déjà facturé et disponible. Une ligne qui ne peut pas être facturée dit pourquoi, et qui peut la débloquer.',
          picture: 'order',
        },
        {
          text: 'Donnez un numéro, ajustez les quantités. Ce qui ne va pas se dit à côté du champ pendant que vous tapez.',
          picture: 'convert',
        },
        { text: 'Envoyez avec Ctrl + Entrée. Le fil avance tout seul jusqu’au paiement.', picture: 'invoice' },
      ],
    },
    failed: {
      title: 'Corriger une facture échouée',
      lead: 'Elle n’est jamais arrivée chez le client ; rien n’est perdu.',
      steps: [
        { text: 'La raison est en haut de la page, règle comprise. Un clic mène au champ.', picture: 'failed' },
        {
          text: 'Corrigez et renvoyez sous le même numéro. L’historique garde les deux essais ; un seul envoi est compté.',
          picture: 'corrected',
        },
      ],
    },
    connect: {
      title: 'Se relier à un client',
      lead: 'Rien ne peut être envoyé avant son accord.',
      steps: [
        {
          text: 'Cherchez-le par trois caractères de son nom, ou par TVA, SIREN, SIRET, DUNS ou GLN.',
          picture: 'find',
        },
        {
          text: 'Demandez la mise en relation avec une de ses entités. Sa réponse vous vient par e-mail, et se voit ici.',
          picture: 'partners',
        },
        {
          text: 'Il vous envoie un avis de démarrage : posez vos questions, ou confirmez. Sans question, la relation devient active d’elle-même en cinq jours ouvrés.',
        },
      ],
    },
    proof: {
      title: 'Prouver qu’un original est intact',
      lead: 'Avec nous, ou sans nous.',
      steps: [
        {
          text: 'Dans l’archive, déposez le PDF : il est comparé à l’original scellé, octet pour octet, et n’est pas gardé.',
          picture: 'archive-intact',
        },
        { text: 'Un seul octet changé, et ce n’est plus un original.', picture: 'archive-altered' },
        { text: 'Le dossier de preuve (.zip) se vérifie hors ligne par un script lisible, sans nous demander.' },
      ],
    },
    approve: {
      title: 'Approuver ce qui arrive',
      lead: 'Pour les acheteurs. J et K parcourent, A approuve une fois confirmé par Entrée, H suspend, R refuse.',
      steps: [
        {
          text: 'Les factures à décider sont dans une liste ; le montant et la commande sont à côté.',
          picture: 'approvals',
        },
        {
          text: 'Ouvrez-en une pour donner une échéance, ou un autre statut. Suspendre et refuser demandent un motif ; le fournisseur le lit aussitôt.',
          picture: 'approve-with-a-date',
        },
      ],
    },
    rules: {
      title: 'Écrire vos règles',
      lead: 'Pour les acheteurs. Une règle se dit au fournisseur avant l’envoi.',
      steps: [
        {
          text: 'Cochez des règles toutes prêtes, ou écrivez les vôtres : un champ, une comparaison, une valeur, un message.',
          picture: 'rules',
        },
        { text: 'Enregistrez et essayez : vous voyez quelles factures reçues n’auraient pas été envoyées.' },
        { text: 'Un autre administrateur met en vigueur. Une version précédente revient en un geste.' },
      ],
    },
    bring: {
      title: 'Inviter vos partenaires',
      lead: 'Un fichier, ou un seul à la fois.',
      steps: [
        {
          text: 'Remplissez le modèle CSV, une ligne par entité, et déposez-le. Les lignes à revoir reviennent avec leur raison.',
          picture: 'bring',
        },
        {
          text: 'Suivez l’entonnoir : invités, ouverts, inscrits, prêts. Relancez ceux qui n’ont rien dit depuis trois jours.',
        },
      ],
    },
  },
  questions: {
    order: {
      q: 'Pourquoi ma commande n’apparaît-elle pas ?',
      a: 'Donnez son numéro en bas de la liste des commandes : vous saurez où elle est et qui peut la débloquer.',
    },
    grey: {
      q: 'Pourquoi une ligne est-elle grisée ?',
      a: 'La raison est écrite sous la ligne, avec la personne qui peut la changer : le plus souvent une réception attendue chez le client.',
    },
    failed: {
      q: 'Ma facture a échoué : est-elle perdue ?',
      a: 'Non. Elle n’est jamais arrivée chez le client, son numéro reste à vous et aucun envoi n’est décompté. Corrigez et renvoyez.',
    },
    paid: {
      q: 'Quand serai-je payé ?',
      a: 'L’échéance est donnée par le client et se voit dès que la facture est approuvée.',
    },
    draft: {
      q: 'Ce que je tape est-il gardé ?',
      a: 'Oui, à mesure. Un brouillon se retrouve tel quel, même si l’onglet s’est fermé. S’il a changé ailleurs, on vous le dit et rien n’est écrasé.',
    },
    proof: {
      q: 'Comment prouver que la facture n’a pas changé ?',
      a: 'L’archive compare le fichier à l’original scellé. Le dossier de preuve se vérifie aussi sans nous, par un script lisible.',
    },
    delete: {
      q: 'Puis-je supprimer une facture envoyée ?',
      a: 'Non : elle se corrige par une note de crédit. Vous pouvez la retirer de votre vue ; le client et l’archive la gardent, et la corbeille la rend.',
    },
    price: {
      q: 'Le prix de la commande est faux. Que faire ?',
      a: 'Le prix vient du client et ne se change pas ici : demandez à son contact de corriger la commande, la facture suivra.',
    },
    number: {
      q: 'Mon numéro de facture est refusé. Pourquoi ?',
      a: 'Chaque numéro sert une fois par société vendeuse, sans tenir compte des majuscules. Il a déjà servi, ici ou sur papier.',
    },
    date: {
      q: 'Pourquoi ne puis-je pas choisir la date de facture ?',
      a: 'C’est le jour de l’envoi, dans votre fuseau. Une facture corrigée prend le jour du nouvel envoi.',
    },
    count: {
      q: 'Qu’est-ce qui compte comme une transaction ?',
      a: 'Une facture ou un avoir accepté à l’envoi, une fois. Brouillons, aperçus et renvois après un échec ne comptent pas. Sans transaction restante, vos brouillons sont gardés.',
    },
    access: {
      q: 'Ma société a déjà un compte, ou je ne peux plus entrer.',
      a: 'Demandez l’accès à son administrateur depuis l’inscription. S’il n’est plus là, ou si vous avez perdu votre second facteur, écrivez à l’assistance sans vous connecter.',
    },
    left: {
      q: 'L’administrateur a quitté la société. Que faire ?',
      a: 'Un autre administrateur reprend ses droits. S’il n’y en a plus, l’assistance en nomme un, à deux personnes, sur formulaire.',
    },
    waiting: {
      q: 'La facture est présentée depuis plus d’un jour, sans réponse.',
      a: 'Elle est signalée dans vos listes, et un billet prérempli vous attend. Le client a bien reçu les données et le PDF.',
    },
    legal: {
      q: 'Que vaut le cachet ?',
      a: 'C’est un cachet technique, horodaté, qui prouve l’intégrité. Il ne tient pas lieu de signature qualifiée, sauf si un certificat qualifié est installé.',
    },
  },
  glossary: [
    { term: 'Archivée', says: 'L’original scellé est conservé, numéroté, et ne peut plus changer.' },
    { term: 'Disponible', says: 'Ce qui peut être facturé maintenant : reçu ou commandé, moins ce qui l’est déjà.' },
    { term: 'Échouée', says: 'Arrêtée chez nous avant tout envoi : elle se corrige et repart sous le même numéro.' },
    { term: 'Scellée', says: 'Le PDF porte le cachet et l’horodatage : tout changement se verrait.' },
    { term: 'Avoir, note de crédit', says: 'Document qui annule tout ou partie d’une facture envoyée.' },
    { term: 'Cachet technique', says: 'Signature de machine, horodatée, sur le PDF : tout changement se voit.' },
    {
      term: 'Entité d’achat',
      says: 'La part d’un acheteur qui commande et reçoit les factures, avec ses propres réglages.',
    },
    { term: 'Factur-X', says: 'Un PDF lisible qui porte aussi les données de la facture.' },
    { term: 'Mise en relation', says: 'L’accord de deux sociétés pour échanger ; rien ne part avant.' },
    { term: 'Présentée', says: 'La facture est remise au client, données et PDF.' },
    { term: 'Prêt à la transaction', says: 'La relation est active : commandes et factures passent par ici.' },
    { term: 'Réception', says: 'Ce que le client a compté à l’arrivée ; souvent, seul ce qui est reçu se facture.' },
    {
      term: 'Second facteur',
      says: 'Une preuve de plus que le mot de passe : application, clé d’accès, SMS ou e-mail.',
    },
    { term: 'Suspendue', says: 'Le client attend une pièce ou une précision ; complétez, elle repart.' },
    { term: 'Transaction', says: 'Un envoi accepté, compté une seule fois.' },
    { term: 'UBL, CII', says: 'Les deux écritures XML d’une facture selon la norme EN 16931.' },
  ],
};
