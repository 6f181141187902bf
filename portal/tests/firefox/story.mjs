/**
 * The main story in Firefox, over WebDriver BiDi: an order becomes an invoice by keyboard with one provoked error, is
 * approved, and its original is verified. Says what it needs in the environment, and ends with 1 at the first fault.
 */
import { mkdir } from 'node:fs/promises';
import puppeteer from 'puppeteer-core';

const { PORTAL_URL, FIREFOX, ORDER, NUMBER, SUPPLIER, SUPPLIER_PASSWORD, BUYER, BUYER_PASSWORD, PICTURES } =
  process.env;
const PATIENCE = 60_000;
const WORDS = { delivered: /Présentée|Submitted/, approved: /Approuvée|Approved/, intact: /Original intact\./ };

const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath: FIREFOX,
  headless: true,
  acceptInsecureCerts: true,
  extraPrefsFirefox: { 'intl.accept_languages': 'fr-FR' },
});
const faults = [];

async function someone() {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1440, height: 900 });
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', (error) => faults.push(String(error)));
  return page;
}

async function signIn(page, email, password) {
  await page.goto(`${PORTAL_URL}/`);
  await page.waitForSelector('input[type=email]');
  await page.type('input[type=email]', email);
  await page.type('input[type=password]', password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.shell');
}

const says = (page, selector, pattern) =>
  page.waitForFunction(
    (where, words) => new RegExp(words).test(document.querySelector(where)?.textContent ?? ''),
    {},
    selector,
    pattern.source,
  );
const focused = (page, id) => page.waitForFunction((wanted) => document.activeElement?.id === wanted, {}, id);
const picture = (page, name) => page.screenshot({ path: `${PICTURES}/firefox-${name}.png` });

async function replaces(page, text) {
  await page.keyboard.down('Control');
  await page.keyboard.press('a');
  await page.keyboard.up('Control');
  await page.keyboard.type(text);
}

async function sends(page) {
  await page.keyboard.down('Control');
  await page.keyboard.press('Enter');
  await page.keyboard.up('Control');
}

try {
  await mkdir(PICTURES, { recursive: true });
  const supplier = await someone();
  await signIn(supplier, SUPPLIER, SUPPLIER_PASSWORD);
  await supplier.goto(`${PORTAL_URL}/orders?q=${ORDER}`);
  await (await supplier.waitForSelector('tbody a.ref')).press('Enter');
  await (await supplier.waitForSelector('main button.send:not([data-disabled])')).press('Enter');
  await focused(supplier, 'number');
  await supplier.keyboard.type(NUMBER);
  const quantity = await supplier.$eval('#line-0', (field) => field.value);
  await supplier.focus('#line-0');
  await replaces(supplier, '99999');
  await supplier.waitForSelector('#line-0-why');
  await sends(supplier);
  await focused(supplier, 'line-0');
  await picture(supplier, 'refused');
  await replaces(supplier, quantity);
  await supplier.waitForSelector('.findings[data-none]');
  await sends(supplier);
  await says(supplier, '.thread [aria-current=step]', WORDS.delivered);

  const buyer = await someone();
  await signIn(buyer, BUYER, BUYER_PASSWORD);
  await buyer.goto(`${PORTAL_URL}/approvals`);
  await says(buyer, 'tr[data-on]', new RegExp(NUMBER));
  await buyer.keyboard.press('a');
  await (await buyer.waitForSelector('[role=dialog] button[type=submit]')).press('Enter');
  await says(supplier, '.thread [aria-current=step]', WORDS.approved);

  await (await supplier.waitForSelector('section.panel:has(dl.proof) button')).click();
  await says(supplier, '.notice[data-tone=ok]', WORDS.intact);
  await picture(supplier, 'verified');
} catch (error) {
  faults.push(String(error));
} finally {
  await browser.close();
}
if (faults.length) {
  console.error(faults.join('\n'));
  process.exit(1);
}
