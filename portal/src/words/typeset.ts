const NARROW = '\u202f';
const FULL = '\u00a0';

/**
 * French as printers set it (Lexique des règles typographiques, Imprimerie nationale): what stands before a double sign
 * or inside guillemets never leaves it at the end of a line. Files and services write plain spaces; they are set here.
 */
export const typeset = (text: string): string =>
  text
    .replace(/ +([;!?])/g, `${NARROW}$1`)
    .replace(/ +([:»])/g, `${FULL}$1`)
    .replace(/« +/g, `«${FULL}`)
    .replace(/(\d) +([%€])/g, `$1${FULL}$2`)
    .replace(/\b(n°) +/g, `$1${FULL}`);

/** The same for every text of a tree: a file of words, a page of the help centre. */
export function typesetAll<Tree>(tree: Tree): Tree {
  if (typeof tree === 'string') return typeset(tree) as Tree;
  if (Array.isArray(tree)) return tree.map(typesetAll) as Tree;
  if (tree === null || typeof tree !== 'object') return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, typesetAll(value)])) as Tree;
}
