// What the pages' scripts make of accounts and payments: a line of JSON for each one that comes in.

import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  const { account, payment, platform } = JSON.parse(line);
  const module = await import(new URL(`../../templates/js/rails/${account.rail}.js`, import.meta.url));
  const rail = module[`${account.rail}Rail`];
  const answer = {
    code: rail.codeText(account, payment),
    links: rail.links(account, payment, platform).map(({ href }) => href),
    rows: rail.rows(account, payment).map(({ key, copy }) => [key, copy]),
    shown: rail.rows(account, payment).map(({ text }) => text),
    asks_bank_number: rail.asksBankNumber,
  };
  console.log(JSON.stringify(answer));
}
