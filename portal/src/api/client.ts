import createClient, { type Middleware } from 'openapi-fetch';
import createQueries from 'openapi-react-query';
import { fetchOrTake } from '@/api/first';
import type { paths as Archive } from '@/api/generated/archive';
import type { paths as Invoicing } from '@/api/generated/invoicing';
import type { paths as Notifications } from '@/api/generated/notifications';
import type { paths as PoSync } from '@/api/generated/po-sync';
import type { paths as Registration } from '@/api/generated/registration';
import type { paths as Signing } from '@/api/generated/signing';
import type { paths as Validation } from '@/api/generated/validation';

/** Every address of the mesh; each service has its own prefixes, so the tables never meet. */
type Mesh = Archive & Invoicing & Notifications & PoSync & Registration & Signing & Validation;

let company: string | undefined;

/** The company every request acts for from now on. */
export function actFor(id: string | undefined) {
  company = id;
}

/** Headers of a request made without the client: streams and downloads. */
export const actingHeaders = (): Record<string, string> => (company ? { 'Navette-Company': company } : {});

export const SESSION_LOST = 'navette:session-lost';

/** The version of what was read last, by address: a change goes over that one, so nobody overwrites unseen. */
const versions = new Map<string, string>();

/** That version, for a form to keep: what is read again behind its back is newer than what it shows. */
export const versionRead = (path: string) => versions.get(`${location.origin}${path}`);

/** A secret that does not fit is asked for again; it says nothing of the session. */
const WRONG_ANSWERS = ['PASSWORD_WRONG', 'SIGN_IN_FAILED', 'SECOND_FACTOR_FAILED', 'CHALLENGE_OVER'];

const manners: Middleware = {
  onRequest({ request }) {
    if (company && !request.headers.has('Navette-Company')) request.headers.set('Navette-Company', company);
    if (request.method !== 'GET' && !request.headers.has('Idempotency-Key')) {
      request.headers.set('Idempotency-Key', crypto.randomUUID());
    }
    const version = versions.get(request.url);
    if (version && request.method !== 'GET' && !request.headers.has('If-Match'))
      request.headers.set('If-Match', version);
    return request;
  },
  async onResponse({ request, response }) {
    const version = response.headers.get('ETag');
    if (version) versions.set(request.url, version);
    if (response.status !== 401 || request.url.endsWith('/v1/session')) return response;
    const { code } = (await response
      .clone()
      .json()
      .catch(() => ({}))) as { code?: string };
    if (!WRONG_ANSWERS.includes(code ?? '')) dispatchEvent(new Event(SESSION_LOST));
    return response;
  },
};

export const api = createClient<Mesh>({ baseUrl: location.origin, fetch: fetchOrTake });
api.use(manners);

/** The same client as queries and mutations: the one way a screen reads and writes. */
export const $api = createQueries(api);
