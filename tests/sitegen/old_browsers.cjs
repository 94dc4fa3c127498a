// Reads {"scripts": {name: text}, "floor": {browser: version}, "known": [name]} from standard input
// and tells, script by script, what browsers of that age don't have: grammar that they can't read,
// and objects and members that came later, as MDN's compatibility data says. A member is told by its
// name alone, so one that some older interface has is not found; those in `known` are let be, and so
// are the minifier's own names, of one or two letters.

const fs = require("fs");
const acorn = require("acorn");
const walk = require("acorn-walk");

const bcd = require("@mdn/browser-compat-data");
const { scripts, floor, known } = JSON.parse(fs.readFileSync(0, "utf8"));

const members = new Map(); // whether every interface that has such a member got it too late
const late = new Set(); // names of objects and static members

function since(compat, browser) {
  const statements = [compat.support[browser]].flat().filter(Boolean);
  const usable = statements.filter((one) => !one.flags && !one.prefix && !one.alternative_name && !one.version_removed);
  const versions = usable.map(({ version_added: v }) => (v === true ? 0 : parseFloat(String(v).replace("≤", ""))));
  return Math.min(Infinity, ...versions.filter((version) => !Number.isNaN(version)));
}

function isLate(compat) {
  return Object.entries(floor).some(([browser, version]) => since(compat, browser) > version);
}

function addObject(name, object) {
  if (object.__compat && isLate(object.__compat)) late.add(name);
  for (const [key, { __compat: compat }] of Object.entries(object)) {
    if (key.startsWith("__") || key.endsWith("_event") || !compat) continue;
    const member = key.replace(/_static$/, "");
    members.set(member, isLate(compat) && members.get(member) !== false);
    if (isLate(compat)) late.add(`${name}.${member}`);
  }
}

for (const [name, object] of Object.entries(bcd.api)) if (!name.startsWith("__")) addObject(name, object);
for (const [name, object] of Object.entries(bcd.javascript.builtins)) {
  addObject(name, object);
  for (const [inner, it] of Object.entries(object)) if (/^[A-Z]/.test(inner)) addObject(`${name}.${inner}`, it);
}

function spelling(node) {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression" && !node.computed) return `${spelling(node.object)}.${node.property.name}`;
  return "";
}

function check(text) {
  const found = new Set();
  let tree;
  try {
    tree = acorn.parse(text, { ecmaVersion: 2019 });
  } catch (error) {
    const { line, column } = error.loc;
    return [`${error.message}: ${text.split("\n")[line - 1].slice(Math.max(0, column - 30), column + 30)}`];
  }
  walk.simple(tree, {
    Identifier({ name }) {
      if (/^[A-Z]/.test(name) && late.has(name)) found.add(name);
    },
    NewExpression({ callee }) {
      if (late.has(spelling(callee))) found.add(spelling(callee));
    },
    MemberExpression(node) {
      if (node.computed) return;
      const { name } = node.property;
      if (name.length < 3) return;
      if (members.get(name) && !known.includes(name)) found.add(`.${name}`);
      const whole = spelling(node);
      if (late.has(whole) && !known.includes(name)) found.add(whole);
    },
    VariableDeclarator({ id, init }) { // const { locks } = navigator
      if (!init || id.type !== "ObjectPattern" || !/^(navigator|window|document|crypto|performance)$/.test(spelling(init))) return;
      for (const { key } of id.properties) {
        if (key && members.get(key.name) && !known.includes(key.name)) found.add(`{${key.name}}`);
      }
    },
    AssignmentExpression({ left }) { // onpopstate = …
      if (left.type === "Identifier" && left.name.length > 2 && members.get(left.name) && !known.includes(left.name)) found.add(left.name);
    },
    CallExpression({ callee }) { // requestIdleCallback(…)
      if (callee.type !== "Identifier" || callee.name.length < 3 || known.includes(callee.name)) return;
      if (bcd.api[callee.name] && !late.has(callee.name)) return; // fetch()
      if (members.get(callee.name) || late.has(callee.name)) found.add(callee.name);
    },
    Literal({ regex }) {
      if (regex && (/\(\?<[=!]/.test(regex.pattern) || /[dv]/.test(regex.flags))) found.add(`/${regex.pattern}/`);
    },
  });
  return [...found].sort();
}

const told = Object.entries(scripts).map(([name, text]) => [name, check(text)]);
console.log(JSON.stringify(Object.fromEntries(told)));
