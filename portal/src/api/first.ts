/** Answers that were asked for before the program was there, each for the first who asks. */
const asked = new Map<string, Promise<Response>>();

export const askFirst = (path: string) => asked.set(new URL(path, location.origin).href, fetch(path));

/** The same as `fetch`, but for what is under way already. */
export function fetchOrTake(request: Request): Promise<Response> {
  const under = request.method === 'GET' ? asked.get(request.url) : undefined;
  if (!under) return fetch(request);
  asked.delete(request.url);
  return under;
}
