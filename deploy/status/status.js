/** The operators' status page: signs in, asks again and again, draws what changed. */
import { Refused, actFor, call, get } from "./api.js";
import { clock, draw, element, isOver, mini, total, word } from "./path.js";
import { language, swap, t } from "./texts.js";

const SERVICES = ["registration", "po-sync", "invoicing", "validation", "signing", "archive", "notifications"];
const PATHS_EVERY = 1000;
const SERVICES_EVERY = 3000;
const $ = (id) => document.getElementById(id);

let held = false;
let inside = false;
let paths = [];
let chosen = null; // an invoice somebody chose; without one the newest is followed
let standings = new Map();
let announced = "";
let notes = [];
let second = null; // { challenge, method } while the second step of a sign-in is asked for

function translate() {
  document.documentElement.lang = language();
  document.title = `Navette · ${t().title}`;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t()[node.dataset.t];
  $("hold").textContent = held ? t().go : t().hold;
  $("language").textContent = t().other;
  $("language").lang = language() === "fr" ? "en" : "fr";
}

function pulse(state) {
  $("pulse").hidden = !inside;
  $("pulse").className = `pulse ${state === "live" ? "" : state}`;
  $("pulse-word").textContent = t()[state];
}

function show(isInside) {
  inside = isInside;
  $("door").hidden = isInside;
  for (const id of ["room", "hold", "leave"]) $(id).hidden = !isInside;
  pulse(held ? "held" : "live");
}

/** Ask who is signed in; the room opens for operators, the door says why not for everybody else. */
async function enter() {
  let who;
  try {
    who = await get("/v1/session");
  } catch (error) {
    $("door-said").textContent = error.status === 401 ? "" : t().away;
    show(false);
    return;
  }
  const company = who.companies?.find((each) => each.roles.includes("operator"));
  if (!company) {
    $("door-said").textContent = t().notOperator(who.email ?? "");
    show(false);
    $("leave").hidden = false;
    return;
  }
  actFor(company.id);
  show(true);
  await Promise.all([askPaths(), askServices()]);
}

async function signIn(event) {
  event.preventDefault();
  const form = new FormData($("door-form"));
  $("door-said").textContent = "";
  try {
    const said = second
      ? await call("POST", "/v1/session/second-factor", { ...second, code: form.get("code").trim() })
      : await call("POST", "/v1/session", { email: form.get("email"), password: form.get("password") });
    if (said?.challenge) {
      await askForCode(said);
      return;
    }
    askForPassword();
    await enter();
    $("main").focus();
  } catch (error) {
    if (second && [401, 404, 410].includes(error.status)) askForPassword();
    $("door-said").textContent = { 202: t().second, 401: t().wrong, 422: t().wrong, 429: t().slow }[error.status] ?? t().away;
  }
}

/** The second step: the first way that needs no more than a code; a passkey needs the portal. */
async function askForCode({ challenge, methods }) {
  const method = ["totp", "sms", "email", "recovery_code"].find((each) => methods.includes(each));
  if (!method) throw new Refused(202);
  second = { challenge, method };
  const words = t().code[method];
  const sent = typeof words === "function" ? await call("POST", "/v1/session/code", second) : null;
  $("second-words").textContent = sent ? words(sent.sent_to) : words;
  for (const label of document.querySelectorAll(".first")) label.hidden = true;
  $("second").hidden = false;
  $("second").querySelector("input").focus();
}

function askForPassword() {
  second = null;
  $("door-form").reset();
  $("second").hidden = true;
  for (const label of document.querySelectorAll(".first")) label.hidden = false;
}

async function leave() {
  await call("DELETE", "/v1/session").catch(() => null);
  paths = [];
  standings.clear();
  show(false);
  $("door-said").textContent = "";
}

function lost(error) {
  if (error.status === 401 || error.status === 403) show(false);
  else pulse("lost");
}

async function askPaths() {
  try {
    paths = await get("/v1/ops/invoicing/paths?limit=12");
    pulse(held ? "held" : "live");
  } catch (error) {
    lost(error);
    return;
  }
  const path = followed();
  notes = path && !isOver(path) ? await askNotes(path) : [];
  drawPaths();
}

const followed = () => paths.find((path) => path.invoice_id === chosen) ?? paths[0];

/** What keeps an invoice waiting: parked facts and dead letters about it, asked only once it has stood for a while. */
async function askNotes(path) {
  const latest = path.steps.at(-1)?.time;
  if (!latest || Date.now() - new Date(latest) < 4000) return [];
  const asked = SERVICES.slice(1).flatMap((service) => ["parked", "dead-letters"].map(async (kind) => {
    const found = await get(`/v1/ops/${service}/${kind}?subject=${path.invoice_id}`).catch(() => []);
    return found.map((one) => kind === "parked"
      ? { text: t().parkedNote(service, one.reason), bad: one.reason.startsWith("vies ") }
      : { text: t().deadNote(service, one.error), bad: true });
  }));
  return (await Promise.all(asked)).flat();
}

function drawPaths() {
  const path = followed();
  $("path-empty").hidden = Boolean(path);
  $("newest-title").hidden = !path;
  $("thread").hidden = !path;
  if (!path) { $("path-about").textContent = ""; $("newest").replaceChildren(); return; }
  const took = total(path);
  $("path-about").textContent = [path.number, path.order_numbers.join(", "), took && t().total(took)].filter(Boolean).join(" · ");
  draw($("thread"), path);
  $("path-notes").replaceChildren(...notes.map((note) => element("p", note.text, note.bad ? "note bad" : "note")));
  drawNewest(path);
  const said = `${path.number}: ${word(path)}`;
  if (announced && announced !== said) $("news").textContent = said;
  announced = said;
}

function drawNewest(path) {
  const signature = JSON.stringify([language(), path.invoice_id, paths.map((each) => [each.invoice_id, each.attempt, each.steps.length])]);
  const list = $("newest");
  if (list.dataset.signature === signature) return;
  list.dataset.signature = signature;
  const focused = document.activeElement?.dataset?.invoice;
  list.replaceChildren(...paths.map((each) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.invoice = each.invoice_id;
    if (each.invoice_id === path.invoice_id) button.setAttribute("aria-current", "true");
    const time = element("time", clock(each.steps[0].time));
    time.dateTime = each.steps[0].time;
    button.append(element("span", each.number), mini(each), element("span", word(each)), time);
    button.addEventListener("click", () => { chosen = each.invoice_id; notes = []; drawPaths(); });
    item.append(button);
    return item;
  }));
  if (focused) list.querySelector(`[data-invoice="${CSS.escape(focused)}"]`)?.focus();
}

async function askServices() {
  const answers = await Promise.all(SERVICES.map((service) => get(`/v1/ops/${service}/status`).catch((error) => error)));
  if (answers.every((answer) => answer instanceof Refused && [401, 403].includes(answer.status))) { show(false); return; }
  standings = new Map(SERVICES.map((service, index) => [service, answers[index]]));
  drawServices();
}

function healthOf(standing) {
  if (standing instanceof Refused) return { kind: "off", word: t().silent, why: standing.message === "0" ? "" : standing.message };
  const wrong = Object.entries(standing.parts).filter(([, why]) => why).map(([name, why]) => `${name}: ${why}`);
  if (wrong.length) return { kind: "bad", word: t().wrongHere, why: wrong.join("; ") };
  if (standing.parked || standing.dead_letters) return { kind: "warn", word: t().waits, why: "" };
  return { kind: "ok", word: t().well, why: "" };
}

function healthCell(health) {
  const cell = document.createElement("td");
  const shown = element("span", "", `health ${health.kind}`);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${health.kind}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  shown.append(svg, element("span", health.word));
  cell.append(shown);
  if (health.why) cell.append(element("span", health.why, "why"));
  return cell;
}

function drawServices() {
  let well = 0;
  $("services").replaceChildren(...[...standings].map(([service, standing]) => {
    const row = document.createElement("tr");
    const health = healthOf(standing);
    well += health.kind === "ok" || health.kind === "warn";
    const name = element("th", service);
    name.scope = "row";
    const figure = (value, mark) => element("td", value === undefined ? "–" : new Intl.NumberFormat(language()).format(value), value && mark ? `n ${mark}` : "n");
    row.append(name, healthCell(health), figure(standing.lag), figure(standing.outbox), figure(standing.parked, "some"), figure(standing.dead_letters, "dead"), element("td", standing.revision ?? "–", "mono"));
    return row;
  }));
  const all = standings.size;
  const about = well === all ? t().all(all) : t().some(well, all);
  if ($("services-about").textContent && $("services-about").textContent !== about) $("news").textContent = about;
  $("services-about").textContent = about;
}

function every(milliseconds, ask) {
  const again = async () => {
    if (inside && !held && !document.hidden) await ask();
    setTimeout(again, milliseconds);
  };
  setTimeout(again, milliseconds);
}

$("door-form").addEventListener("submit", signIn);
$("leave").addEventListener("click", leave);
$("language").addEventListener("click", () => { swap(); translate(); pulse(held ? "held" : "live"); drawPaths(); drawServices(); });
$("hold").addEventListener("click", () => {
  held = !held;
  $("hold").setAttribute("aria-pressed", String(held));
  $("hold").textContent = held ? t().go : t().hold;
  pulse(held ? "held" : "live");
});
translate();
await enter();
every(PATHS_EVERY, askPaths);
every(SERVICES_EVERY, askServices);
