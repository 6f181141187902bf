import type { HelpContent } from '@/help/content/shape';

export const content: HelpContent = {
  guides: {
    first: {
      title: 'Your first steps',
      lead: 'From the invitation to the first invoice, in four moves.',
      steps: [
        { text: 'Open the link of the message: your data are there already. Choose a password, accept the terms.' },
        {
          text: 'Enter with your e-mail address; a code is sent to you at each sign-in, unless you prefer an application.',
        },
        {
          text: 'The customer who invited you is connected already. Find others by their name or number.',
          picture: 'partners',
        },
        { text: 'Its orders arrive in your list: open one and invoice it.', picture: 'orders' },
      ],
    },
    flip: {
      title: 'Invoice an order',
      lead: 'Less than a minute, by keyboard if you like.',
      steps: [
        {
          text: 'Open the order: it shows what was ordered, received, invoiced, and what is available. A line that cannot be invoiced says why, and who can unblock it.',
          picture: 'order',
        },
        {
          text: 'Give a number, adjust the quantities. What is wrong is said beside the field while you type.',
          picture: 'convert',
        },
        { text: 'Send with Ctrl + Enter. The thread moves on by itself until payment.', picture: 'invoice' },
      ],
    },
    failed: {
      title: 'Correct a failed invoice',
      lead: 'It never reached the customer; nothing is lost.',
      steps: [
        {
          text: 'The reason is at the top of the page, with its rule. One click leads to the field.',
          picture: 'failed',
        },
        {
          text: 'Correct it and send it again under the same number. The history keeps both attempts; one sending is counted.',
          picture: 'corrected',
        },
      ],
    },
    connect: {
      title: 'Connect with a customer',
      lead: 'Nothing can be sent before it agrees.',
      steps: [
        { text: 'Find it by three characters of its name, or by VAT, SIREN, SIRET, DUNS or GLN.', picture: 'find' },
        {
          text: 'Ask one of its units to be connected. Its answer comes by e-mail and shows here.',
          picture: 'partners',
        },
        {
          text: 'It sends you a starting notice: ask your questions, or confirm. Without a question the connection becomes active by itself within five working days.',
        },
      ],
    },
    proof: {
      title: 'Prove that an original is intact',
      lead: 'With us, or without us.',
      steps: [
        {
          text: 'In the archive, drop the PDF: it is compared with the sealed original, byte for byte, and is not kept.',
          picture: 'archive-intact',
        },
        { text: 'One byte changed, and it is no original any more.', picture: 'archive-altered' },
        { text: 'The proof bundle (.zip) is verified offline by a script one can read, without asking us.' },
      ],
    },
    approve: {
      title: 'Approve what comes in',
      lead: 'For buyers. J and K move, A approves once Enter confirms it, H holds, R refuses.',
      steps: [
        {
          text: 'Invoices to decide on are in one list; the amount and the order stand beside it.',
          picture: 'approvals',
        },
        {
          text: 'Open one to give a due date, or another status. Holding and refusing ask for a reason; the supplier reads it at once.',
          picture: 'approve-with-a-date',
        },
      ],
    },
    rules: {
      title: 'Write your rules',
      lead: 'For buyers. A rule is told to the supplier before they send.',
      steps: [
        {
          text: 'Tick ready-made rules, or write your own: a field, a comparison, a value, a message.',
          picture: 'rules',
        },
        { text: 'Save and try: you see which invoices that came would not have been sent.' },
        { text: 'Another administrator puts it into force. An earlier version comes back in one move.' },
      ],
    },
    bring: {
      title: 'Invite your partners',
      lead: 'A file, or one at a time.',
      steps: [
        {
          text: 'Fill in the CSV template, one line an entity, and drop it. Lines to look at come back with their reason.',
          picture: 'bring',
        },
        { text: 'Follow the funnel: invited, opened, joined, ready. Remind those who said nothing for three days.' },
      ],
    },
  },
  questions: {
    order: {
      q: 'Why is my order not there?',
      a: 'Give its number at the foot of the list of orders: you learn where it is and who can unblock it.',
    },
    grey: {
      q: 'Why is a line grey?',
      a: 'The reason stands under the line, with the person who can change it: most often goods that the customer has still to receive.',
    },
    failed: {
      q: 'My invoice failed: is it lost?',
      a: 'No. It never reached the customer, its number stays yours and no sending is counted. Correct it and send it again.',
    },
    paid: {
      q: 'When will I be paid?',
      a: 'The due date comes from the customer and shows as soon as the invoice is approved.',
    },
    draft: {
      q: 'Is what I type kept?',
      a: 'Yes, as you go. A draft is found again as it was, even if the tab was closed. If it changed elsewhere you are told, and nothing is overwritten.',
    },
    proof: {
      q: 'How do I prove that the invoice has not changed?',
      a: 'The archive compares the file with the sealed original. The proof bundle can also be verified without us, by a script one can read.',
    },
    delete: {
      q: 'Can I delete an invoice that was sent?',
      a: 'No: it is corrected by a credit note. You can take it out of your view; the customer and the archive keep it, and the trash gives it back.',
    },
    price: {
      q: 'The price of the order is wrong. What now?',
      a: 'The price comes from the customer and is not changed here: ask its contact to correct the order, and the invoice follows.',
    },
    number: {
      q: 'My invoice number is refused. Why?',
      a: 'Each number serves once for a selling company, whatever the capitals. It was used before, here or on paper.',
    },
    date: {
      q: 'Why can I not choose the invoice date?',
      a: 'It is the day of sending, in your time zone. A corrected invoice takes the day it is sent again.',
    },
    count: {
      q: 'What counts as a transaction?',
      a: 'An invoice or credit note that was accepted for sending, once. Drafts, previews and sending again after a failure do not count. With none left, your drafts are kept.',
    },
    access: {
      q: 'My company has an account already, or I cannot get in.',
      a: 'Ask its administrator for access from the registration page. If they are gone, or you lost your second factor, write to support without signing in.',
    },
    left: {
      q: 'The administrator has left the company. What now?',
      a: 'Another administrator takes over. If there is none, support appoints one, by two people, on a form.',
    },
    waiting: {
      q: 'The invoice was submitted more than a day ago, without an answer.',
      a: 'It is flagged in your lists, and a prefilled ticket waits for you. The customer did receive the data and the PDF.',
    },
    legal: {
      q: 'What is the seal worth?',
      a: 'It is a technical seal with a timestamp that proves integrity. It does not stand for a qualified signature, unless a qualified certificate is installed.',
    },
  },
  glossary: [
    { term: 'Archived', says: 'The sealed original is kept, numbered, and cannot change any more.' },
    { term: 'Available', says: 'What can be invoiced now: received or ordered, less what is invoiced already.' },
    {
      term: 'Failed',
      says: 'Stopped by us before anything was sent: correct it and send it again under the same number.',
    },
    { term: 'Sealed', says: 'The PDF bears the seal and the time-stamp: any change would show.' },
    { term: 'CII, UBL', says: 'The two XML writings of an invoice after EN 16931.' },
    { term: 'Connection', says: 'The agreement of two companies to exchange; nothing leaves before it.' },
    { term: 'Credit note', says: 'A document that takes back all or part of an invoice that was sent.' },
    { term: 'Factur-X', says: 'A readable PDF that also carries the data of the invoice.' },
    { term: 'On hold', says: 'The customer waits for a document or a detail; complete it, and it goes on.' },
    { term: 'Purchasing unit', says: 'The part of a buyer that orders and receives invoices, with its own settings.' },
    { term: 'Ready to transact', says: 'The connection is active: orders and invoices pass through here.' },
    { term: 'Receipt', says: 'What the customer counted on arrival; often only what was received can be invoiced.' },
    { term: 'Second factor', says: 'A proof beside the password: application, passkey, text message or e-mail.' },
    { term: 'Submitted', says: 'The invoice was handed to the customer, data and PDF.' },
    { term: 'Technical seal', says: 'A machine signature with a timestamp on the PDF: any change shows.' },
    { term: 'Transaction', says: 'A sending that was accepted, counted once.' },
  ],
};
