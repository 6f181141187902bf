import access from '@/words/fr/access.json';
import activation from '@/words/fr/activation.json';
import approvals from '@/words/fr/approvals.json';
import archive from '@/words/fr/archive.json';
import bringing from '@/words/fr/bringing.json';
import convert from '@/words/fr/convert.json';
import factor from '@/words/fr/factor.json';
import failed from '@/words/fr/failed.json';
import files from '@/words/fr/files.json';
import forgotten from '@/words/fr/forgotten.json';
import free from '@/words/fr/free.json';
import help from '@/words/fr/help.json';
import home from '@/words/fr/home.json';
import invoices from '@/words/fr/invoices.json';
import keys from '@/words/fr/keys.json';
import lists from '@/words/fr/lists.json';
import may_not from '@/words/fr/may_not.json';
import orders from '@/words/fr/orders.json';
import palette from '@/words/fr/palette.json';
import partners from '@/words/fr/partners.json';
import place from '@/words/fr/place.json';
import plan from '@/words/fr/plan.json';
import policy from '@/words/fr/policy.json';
import problem from '@/words/fr/problem.json';
import profile from '@/words/fr/profile.json';
import reason from '@/words/fr/reason.json';
import record from '@/words/fr/record.json';
import register from '@/words/fr/register.json';
import rules from '@/words/fr/rules.json';
import security from '@/words/fr/security.json';
import settings from '@/words/fr/settings.json';
import shell from '@/words/fr/shell.json';
import sign from '@/words/fr/sign.json';
import status from '@/words/fr/status.json';
import taxes from '@/words/fr/taxes.json';
import thread from '@/words/fr/thread.json';
import tickets from '@/words/fr/tickets.json';
import units from '@/words/fr/units.json';
import uploads from '@/words/fr/uploads.json';
import verify from '@/words/fr/verify.json';

export const words = {
  access,
  activation,
  approvals,
  archive,
  bringing,
  convert,
  factor,
  failed,
  files,
  forgotten,
  free,
  help,
  home,
  invoices,
  keys,
  lists,
  may_not,
  orders,
  palette,
  partners,
  place,
  plan,
  policy,
  problem,
  profile,
  reason,
  record,
  register,
  rules,
  security,
  settings,
  shell,
  sign,
  status,
  taxes,
  thread,
  tickets,
  units,
  uploads,
  verify,
};
