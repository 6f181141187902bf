/** The page's way to the gateway: its own origin, the session's cookie, nothing kept. */
export class Refused extends Error {
  constructor(status, code) {
    super(code ?? String(status));
    this.status = status;
    this.code = code;
  }
}

let company = "";

/** Requests after this act for a company (header Navette-Company). */
export const actFor = (id) => { company = id; };

export async function call(method, path, body) {
  const headers = { accept: "application/json" };
  if (company && path !== "/v1/session") headers["navette-company"] = company;
  if (body) headers["content-type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method, headers, body: body && JSON.stringify(body), credentials: "same-origin", cache: "no-store",
      signal: AbortSignal.timeout(20000),
    });
  } catch {
    throw new Refused(0);
  }
  const said = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, said?.code);
  return said;
}

export const get = (path) => call("GET", path);
