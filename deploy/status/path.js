/** The way of one invoice: what its facts say, drawn as a thread with a shuttle. */
import { language, t } from "./texts.js";

const STEPS = ["order", "submitted", "validated", "sealed", "archived", "delivered"];
const ENDS = { "invoice.failed": "failed", "invoice.cancelled": "cancelled", "invoice.delivery_failed": "undelivered" };

/**
 * The six steps of the newest attempt: { name, state, at, source, milliseconds }, state one of done, now, end, cut, to-come.
 * An attempt that ended is cut where its next step would be.
 */
export function steps(path) {
  const own = path.steps.filter((step) => step.attempt === path.attempt || step.attempt === 0);
  const facts = new Map(own.map((step) => [step.type.replace("invoice.", ""), step]));
  const ended = own.find((step) => step.type in ENDS);
  const found = STEPS.map((name) => {
    const fact = name === "order" ? path.ordered_at && { time: path.ordered_at, source: "po-sync" } : facts.get(name);
    return { name, at: fact?.time, source: fact?.source, milliseconds: fact?.milliseconds, state: fact ? "done" : "to-come" };
  });
  // What came later implies what is missing before it, as when an order's time is not known.
  const last = found.findLastIndex((step) => step.state === "done");
  found.slice(0, last).forEach((step) => { step.state = "done"; });
  if (found[5].state === "done") found[5].state = "end";
  else if (ended) Object.assign(found[last + 1], { state: "cut", at: ended.time, source: ended.source, milliseconds: ended.milliseconds, word: ENDS[ended.type], why: ended.note });
  else found[last].state = "now";
  return found;
}

/** Whether nothing more is to come. */
export const isOver = (path) => steps(path).some((step) => step.state === "end" || step.state === "cut");

/** The word of where an invoice is. */
export function word(path) {
  const found = steps(path);
  const here = found.find((step) => step.state === "cut") ?? found.findLast((step) => step.state !== "to-come");
  return t()[here.word ?? here.name];
}

const seconds = (ms) => `${new Intl.NumberFormat(language(), { maximumFractionDigits: ms < 10000 ? 2 : 0 }).format(ms / 1000)} s`;
export const clock = (at) => new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 1, hourCycle: "h23" }).format(new Date(at));

/** Time from sending to delivery; null before. */
export function total(path) {
  const found = steps(path);
  return found[1].at && found[5].at ? seconds(new Date(found[5].at) - new Date(found[1].at)) : null;
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Draw into an `ol`, touching only what changed, so that a screen reader's place is kept. */
export function draw(list, path) {
  const found = steps(path);
  const signature = JSON.stringify([language(), path.invoice_id, found]);
  if (list.dataset.signature === signature) return;
  list.dataset.signature = signature;
  list.replaceChildren(...found.map((step, index) => {
    const item = element("li", "", step.state === "now" ? "now" : step.state === "end" ? "done end" : step.state);
    if (step.state === "now" || step.state === "end") item.setAttribute("aria-current", "step");
    const knot = element("span", "", "knot");
    knot.setAttribute("aria-hidden", "true");
    item.append(knot, element("b", t()[step.word ?? step.name]));
    if (step.state === "to-come") item.append(element("small", t().toCome));
    if (step.at) item.append(element("small", clock(step.at)), element("small", t().by(step.source)));
    if (step.at && index > 1 && step.milliseconds !== undefined) item.append(element("small", t().took(seconds(step.milliseconds)), "took"));
    if (step.name === "submitted" && path.attempt > 1) item.append(element("small", t().attempt(path.attempt), "took"));
    if (step.why) item.append(element("small", step.why, "mono"));
    return item;
  }));
}

/** The same in small, for lists; the word beside it says what it shows. */
export function mini(path) {
  const made = element("span", "", "mini");
  made.setAttribute("aria-hidden", "true");
  made.append(...steps(path).map((step) => element("i", "", step.state === "end" ? "done end" : step.state)));
  return made;
}

export { element };
