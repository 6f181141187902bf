/** A proof as a file to keep: who agreed, when, to which words. */
export const proofFile = (proof: unknown) =>
  `data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(proof, undefined, 2))}`;
