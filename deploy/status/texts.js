/** Every word of the page, in both languages. */
export const TEXTS = {
  en: {
    skip: "Skip to the content", title: "Status", hold: "Hold", go: "Go on", leave: "Sign out", other: "Français",
    doorTitle: "Sign in as an operator",
    doorWhy: "This page shows every service, and the way of an invoice through them as it happens.",
    doorHint: "The demo prints its sign-ins at its end; take the one that begins with operator@.",
    email: "E-mail", password: "Password", enter: "Sign in",
    wrong: "That e-mail and password do not fit.", slow: "Too many tries. Wait a minute.",
    second: "Your second step is a passkey. Sign in at the portal, then come back here.",
    code: { totp: "Code of your application", recovery_code: "Recovery code", sms: (to) => `Code sent to ${to}`, email: (to) => `Code sent to ${to}` },
    away: "Registration does not answer; nobody can sign in at this moment. Invoices go on.",
    notOperator: (who) => `${who} is signed in and is no operator. Sign in as one to see this page.`,
    live: "Live", held: "Held", lost: "No answer", 
    pathTitle: "The way of an invoice", newest: "Newest submissions", services: "Services",
    pathEmpty: "No invoice has been submitted yet. Submit one, or run the demo: it appears here by itself.",
    service: "Service", health: "Health", lag: "Behind", outbox: "To send", parked: "Parked", dead: "Dead letters", revision: "Schema",
    well: "Well", waits: "Something waits", wrongHere: "Not ready", silent: "No answer",
    order: "Order", submitted: "Sent", validated: "Checked", sealed: "Sealed", archived: "Archived", delivered: "Delivered",
    failed: "Failed", cancelled: "Cancelled", undelivered: "Not delivered", toCome: "to come",
    attempt: (n) => `attempt ${n}`, by: (who) => `by ${who}`, took: (text) => `after ${text}`,
    total: (text) => `${text} from sending to delivery`, parkedNote: (who, why) => `Waits at ${who}: ${why}`,
    deadNote: (who, why) => `Ended without effect at ${who}: ${why}. Decide with navette dlq.`,
    all: (n) => `${n} of ${n} well`, some: (well, n) => `${well} of ${n} well`,
  },
  fr: {
    skip: "Aller au contenu", title: "État", hold: "Figer", go: "Reprendre", leave: "Se déconnecter", other: "English",
    doorTitle: "Connexion d’un exploitant",
    doorWhy: "Cette page montre chaque service, et le chemin d’une facture à travers eux, en direct.",
    doorHint: "La démonstration affiche ses identifiants à la fin ; prenez celui qui commence par operator@.",
    email: "Adresse électronique", password: "Mot de passe", enter: "Se connecter",
    wrong: "Cette adresse et ce mot de passe ne vont pas ensemble.", slow: "Trop d’essais. Attendez une minute.",
    second: "Votre seconde étape est une clé d’accès. Connectez-vous au portail, puis revenez ici.",
    code: { totp: "Code de votre application", recovery_code: "Code de secours", sms: (to) => `Code envoyé à ${to}`, email: (to) => `Code envoyé à ${to}` },
    away: "Le service d’inscription ne répond pas ; personne ne peut se connecter. Les factures avancent.",
    notOperator: (who) => `${who} est connecté sans être exploitant. Connectez-vous comme exploitant pour voir cette page.`,
    live: "En direct", held: "Figé", lost: "Sans réponse",
    pathTitle: "Le chemin d’une facture", newest: "Derniers envois", services: "Services",
    pathEmpty: "Aucune facture n’a encore été envoyée. Envoyez-en une, ou lancez la démonstration : elle apparaît ici d’elle-même.",
    service: "Service", health: "Santé", lag: "Retard", outbox: "À émettre", parked: "En attente", dead: "Lettres mortes", revision: "Schéma",
    well: "Va bien", waits: "Quelque chose attend", wrongHere: "Pas prêt", silent: "Sans réponse",
    order: "Commande", submitted: "Envoyée", validated: "Contrôlée", sealed: "Scellée", archived: "Archivée", delivered: "Présentée",
    failed: "Échouée", cancelled: "Annulée", undelivered: "Non remise", toCome: "à venir",
    attempt: (n) => `essai ${n}`, by: (who) => `par ${who}`, took: (text) => `après ${text}`,
    total: (text) => `${text} de l’envoi à la présentation`, parkedNote: (who, why) => `Attend chez ${who} : ${why}`,
    deadNote: (who, why) => `S’est arrêtée sans effet chez ${who} : ${why}. Décidez avec navette dlq.`,
    all: (n) => `${n} sur ${n} vont bien`, some: (well, n) => `${well} sur ${n} vont bien`,
  },
};

const KEY = "navette-status-language";
let current = localStorage.getItem(KEY) ?? (navigator.language.startsWith("fr") ? "fr" : "en");

/** The words of the chosen language. */
export const t = () => TEXTS[current];
export const language = () => current;

export function swap() {
  current = current === "fr" ? "en" : "fr";
  localStorage.setItem(KEY, current);
}
