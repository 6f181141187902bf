import access from '@/words/en/access.json';
import activation from '@/words/en/activation.json';
import approvals from '@/words/en/approvals.json';
import archive from '@/words/en/archive.json';
import bringing from '@/words/en/bringing.json';
import convert from '@/words/en/convert.json';
import factor from '@/words/en/factor.json';
import failed from '@/words/en/failed.json';
import files from '@/words/en/files.json';
import forgotten from '@/words/en/forgotten.json';
import free from '@/words/en/free.json';
import help from '@/words/en/help.json';
import home from '@/words/en/home.json';
import invoices from '@/words/en/invoices.json';
import keys from '@/words/en/keys.json';
import lists from '@/words/en/lists.json';
import may_not from '@/words/en/may_not.json';
import orders from '@/words/en/orders.json';
import palette from '@/words/en/palette.json';
import partners from '@/words/en/partners.json';
import place from '@/words/en/place.json';
import plan from '@/words/en/plan.json';
import policy from '@/words/en/policy.json';
import problem from '@/words/en/problem.json';
import profile from '@/words/en/profile.json';
import reason from '@/words/en/reason.json';
import record from '@/words/en/record.json';
import register from '@/words/en/register.json';
import rules from '@/words/en/rules.json';
import security from '@/words/en/security.json';
import settings from '@/words/en/settings.json';
import shell from '@/words/en/shell.json';
import sign from '@/words/en/sign.json';
import status from '@/words/en/status.json';
import taxes from '@/words/en/taxes.json';
import thread from '@/words/en/thread.json';
import tickets from '@/words/en/tickets.json';
import units from '@/words/en/units.json';
import uploads from '@/words/en/uploads.json';
import verify from '@/words/en/verify.json';

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
