"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const levels = new Map(data.levels.map((level) => [level.id, level]));
  const filterNames = ["q", "recipe", "client", "priority", "level"];
  const filter = { q: "", recipe: "", client: "", priority: "", level: "" };
  let opened = null; // {op, client, recipe}: indexes, or null
  let opener = null; // what had the focus before the evidence was opened

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "text") element.textContent = value;
      else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children) if (child) element.append(child);
    return element;
  }
  const code = (text) => make("code", { text });
  // what stands between backticks is code
  const words = (text) => make("span", {}, ...text.split(/`([^`]+)`/).map((part, at) => (at % 2 ? code(part) : document.createTextNode(part))));
  // a long name may break after a slash, a dot or an underscore
  const breakable = (text) => text.split(/(?<=[/_.])/).flatMap((part) => [part, make("wbr")]);
  const count = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many || one + "s"}`;
  const joined = (items) => (items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`);

  // --- what is shown

  const lower = (text) => text.toLowerCase();
  function opMatches(op) { return lower(op.id).includes(lower(filter.q)) || lower(op.title).includes(lower(filter.q)); }
  function recipeMatches(recipe) {
    const words = lower(filter.q);
    return lower(recipe.name).includes(words) || recipe.uses.some((use) => lower(use.what).includes(words));
  }
  function shownClients() {
    return data.clients.map((_, at) => at).filter((at) => !filter.client || data.clients[at].name === filter.client);
  }
  function hasLevel(op, clients) { return !filter.level || clients.some((at) => op.states[at].level === filter.level); }

  function chosen() {
    const clients = shownClients();
    let ops = data.operations.map((_, at) => at).filter((at) => {
      const op = data.operations[at];
      return (!filter.priority || op.priority === filter.priority) && hasLevel(op, clients);
    });
    let recipes = data.recipes.map((_, at) => at).filter((at) => !filter.recipe || data.recipes[at].name === filter.recipe);
    if (filter.q) {
      const wanted = new Set(ops.filter((at) => opMatches(data.operations[at])));
      const named = new Set(recipes.filter((at) => recipeMatches(data.recipes[at])));
      recipes = recipes.filter((at) => named.has(at) || data.recipes[at].ops.some((op) => wanted.has(op)));
      const theirs = new Set([...named].flatMap((at) => data.recipes[at].ops));
      ops = ops.filter((at) => wanted.has(at) || theirs.has(at));
    }
    const left = new Set(ops);
    if (filter.priority || filter.level || filter.q) recipes = recipes.filter((at) => data.recipes[at].ops.some((op) => left.has(op)));
    if (filter.recipe || filter.q) {
      const used = new Set(recipes.flatMap((at) => data.recipes[at].ops));
      ops = ops.filter((at) => used.has(at) || (filter.q && opMatches(data.operations[at]) && !filter.recipe));
    }
    return { clients, ops, recipes };
  }

  // --- the matrix

  function chip(op, client, recipe) {
    const state = data.operations[op].states[client];
    const level = levels.get(state.level);
    const classes = ["chip", `l-${level.id}`];
    if (state.probe === "failed") classes.push("failed");
    if (state.probe === "not verifiable offline") classes.push("offline");
    if (filter.level && state.level !== filter.level) classes.push("dim");
    if (opened && opened.op === op && opened.client === client && opened.recipe === recipe) classes.push("chosen");
    const probe = state.probe === "failed" ? ", the probe failed" : state.probe === "not verifiable offline" ? ", not verifiable offline" : "";
    const label = `${data.clients[client].name}: ${data.operations[op].id} is ${level.says}${probe}`;
    return make("button", {
      type: "button", class: classes.join(" "), text: level.letter, title: label, "aria-label": label, tabindex: "-1",
      "data-op": op, "data-client": client, "data-recipe": recipe === null ? "" : recipe,
    });
  }
  function cells(row, ops, used, clients, recipe, firsts) {
    for (const op of ops) {
      const cell = make("td", { class: firsts.has(op) ? "first" : null });
      if (used(op)) {
        cell.classList.add("used");
        const marks = make("span", { class: "cell" });
        for (const client of clients) marks.append(chip(op, client, recipe));
        cell.append(make("code", { class: "name", text: data.operations[op].id }), marks);
      }
      row.append(cell);
    }
  }
  function draw() {
    const { clients, ops, recipes } = chosen();
    const firsts = new Set(ops.filter((op, at) => !at || data.operations[ops[at - 1]].priority !== data.operations[op].priority));
    const head = make("thead");
    const groups = make("tr", { class: "groups" }, make("th", { class: "corner" }));
    for (const priority of data.priorities) {
      const span = ops.filter((op) => data.operations[op].priority === priority.id).length;
      if (span) groups.append(make("th", { colspan: span, scope: "colgroup", text: `${priority.id}: ${priority.means}`, title: priority.means }));
    }
    const names = make("tr", { class: "names" }, make("th", { class: "corner", scope: "col", text: "Recipe" }));
    for (const op of ops) {
      const row = data.operations[op];
      names.append(make("th", { scope: "col", class: firsts.has(op) ? "first" : null },
        make("button", { type: "button", class: "op", "aria-label": row.id, title: `${row.title}: needed by ${count(row.recipes, "recipe")}`, "data-op": op, tabindex: "-1" },
          make("span", { text: row.id.slice(0, row.id.indexOf(".") + 1) }), row.id.slice(row.id.indexOf(".") + 1))));
    }
    head.append(groups, names);
    const table = $("matrix");
    const overview = make("tbody", { class: "clients" });
    for (const client of clients) {
      const about = data.clients[client];
      const row = make("tr", {}, make("th", { scope: "row" }, make("strong", { text: about.name }), make("small", { text: about.language })));
      cells(row, ops, () => true, [client], null, firsts);
      overview.append(row);
    }
    const body = make("tbody");
    for (const at of recipes) {
      const recipe = data.recipes[at];
      const used = new Set(recipe.ops);
      const blocked = clients.filter((client) => recipe.blocked[client].length);
      const says = !recipe.ops.length ? "asks nothing of the Hub" : blocked.length ? `blocked on ${joined(blocked.map((client) => `${data.clients[client].name} (${recipe.blocked[client].length})`))}` : "nothing blocks it";
      const row = make("tr", { "data-row": recipe.name }, make("th", { scope: "row" },
        make("button", { type: "button", class: "recipe", "data-recipe": at, tabindex: "-1" }, ...breakable(recipe.name)), make("small", { text: says })));
      cells(row, ops, (op) => used.has(op), clients, at, firsts);
      body.append(row);
    }
    table.replaceChildren(make("caption", { class: "name", text: "Recipes, the operations they need, and the level of each client" }), head);
    if (ops.length) table.append(overview);
    table.append(body);
    $("scroll").hidden = !recipes.length && !ops.length;
    $("nothing").hidden = recipes.length > 0 || !data.recipes.length;
    const order = joined(clients.map((client) => data.clients[client].name));
    $("order").textContent = clients.length > 1 ? `Marks in one cell stand for ${order}, from left to right.` : "";
    $("count").textContent = `${count(recipes.length, "recipe")}, ${count(ops.length, "operation")}`;
    const first = table.querySelector("button");
    if (first) first.tabIndex = 0;
  }

  // --- evidence

  function list(items) { return items.length ? make("ul", {}, ...items.map((item) => make("li", {}, item))) : make("p", { text: "None found." }); }
  function facts(pairs) {
    const shown = make("dl");
    for (const [name, value] of pairs) {
      if (value === "" || value === null || value === undefined || value.textContent === "") continue;
      shown.append(make("dt", { text: name }), make("dd", {}, typeof value === "string" ? document.createTextNode(value) : value));
    }
    return shown;
  }
  function piece(one) {
    const line = make("span");
    if (one.where) line.append(code(one.where), " ");
    // a probe's log stands in square brackets at the end
    const log = one.kind === "probe" ? one.text.indexOf(" [") : -1;
    line.append(words(log < 0 ? one.text : one.text.slice(0, log)), ` (${one.kind})`);
    if (log > 0) line.append(make("details", {}, make("summary", { text: "the Hub's log" }), code(one.text.slice(log + 2).replace(/\]$/, ""))));
    return line;
  }
  function stateLine(op, client) {
    const state = data.operations[op].states[client];
    const level = levels.get(state.level);
    return make("div", { class: "state" }, make("span", { class: `chip l-${level.id}`, text: level.letter, "aria-hidden": true }),
      make("span", {}, make("strong", { text: data.clients[client].name }), words(` ${level.says}${state.gap ? `: ${state.gap}` : ""}`)));
  }
  function stateDetail(op, client, recipe) {
    const row = data.operations[op];
    const state = row.states[client];
    const level = levels.get(state.level);
    const box = [make("p", {}, make("span", { class: `chip l-${level.id}`, text: level.letter, "aria-hidden": true }), ` ${level.says}: ${level.means}.`)];
    if (state.gap) box.push(make("p", {}, make("strong", { text: "Gap. " }), words(state.gap)));
    box.push(facts([
      ["Operation", row.title], ["Request", row.request ? code(row.request) : ""], ["Priority", row.priority],
      ["Functions", state.functions.length ? list(state.functions.map((one) => make("span", {}, code(one.name), one.where ? " " : null, one.where ? code(one.where) : null))) : ""],
      ["Not honoured", state.missing.join(", ")], ["Tests", state.tests], ["Probe", state.probe],
    ]));
    box.push(make("h3", { text: "Evidence" }), list(state.evidence.map(piece)));
    const chains = data.chains.filter((chain) => chain.op === op && chain.client === client && chain.consumer);
    if (chains.length) box.push(make("h3", { text: "Through a consumer" }), list(chains.map(chainLine)));
    if (recipe !== null) {
      const uses = data.recipes[recipe].uses.filter((use) => use.ops.includes(op));
      box.push(make("h3", { text: `Asked for by ${data.recipes[recipe].name}` }), list(uses.map(useLine)));
    } else {
      box.push(make("h3", { text: `Needed by ${count(row.recipes, "recipe")}; asked for at` }), list(row.places.map(code)));
    }
    return { title: `${row.id} in ${data.clients[client].name}`, box };
  }
  function chainLine(chain) {
    const line = make("span");
    const steps = [chain.consumer, chain.passage, data.clients[chain.client].name, chain.function, chain.http].filter(Boolean);
    steps.forEach((step, at) => line.append(at ? " → " : "", code(step)));
    line.append(chain.broken ? `. Broken: ${chain.broken}.` : ". Reaches the wire.");
    return line;
  }
  function useLine(use) { return make("span", {}, code(use.what), " ", code(use.where)); }
  function opDetail(op) {
    const row = data.operations[op];
    const box = [make("p", { text: row.title }), facts([
      ["Request", row.request ? code(row.request) : row.kind], ["Parameters", row.parameters.join(", ")], ["Returns", words(row.returns)],
      ["Made of", row.uses.join(", ")], ["Notes", words(row.notes)], ["Priority", `${row.priority}: ${row.why}`],
    ])];
    box.push(make("h3", { text: "Clients" }), ...data.clients.map((_, client) => stateLine(op, client)));
    const users = data.recipes.filter((recipe) => recipe.ops.includes(op)).map((recipe) => recipe.name);
    box.push(make("h3", { text: `Needed by ${count(row.recipes, "recipe")}` }), make("p", { text: joined(users) || "No recipe by name." }));
    box.push(make("h3", { text: "Asked for at" }), list(row.places.map(code)));
    const chains = data.chains.filter((chain) => chain.op === op);
    if (chains.length) box.push(make("h3", { text: "Down to the wire" }), list(chains.map(chainLine)));
    return { title: row.id, box };
  }
  function recipeDetail(at) {
    const recipe = data.recipes[at];
    const box = [facts([["Source", code(recipe.where)], ["Rated", recipe.priority]])];
    for (const [client, about] of data.clients.entries()) {
      const lacking = recipe.blocked[client].map((op) => data.operations[op].id);
      box.push(make("p", {}, make("strong", { text: `${about.name}: ` }), lacking.length ? `blocked by ${joined(lacking)}.` : "nothing blocks it."));
    }
    box.push(make("h3", { text: "Minimum set" }), list(recipe.ops.map((op) => code(data.operations[op].id))));
    box.push(make("h3", { text: "Accesses" }), list(recipe.uses.map(useLine)));
    return { title: recipe.name, box };
  }
  function drawDetails() {
    const panel = $("details");
    panel.hidden = !opened;
    document.querySelector(".stage").classList.toggle("open", Boolean(opened));
    document.body.classList.toggle("open", Boolean(opened));
    if (!opened) return;
    const shown = opened.op === null ? recipeDetail(opened.recipe)
      : opened.client === null ? opDetail(opened.op) : stateDetail(opened.op, opened.client, opened.recipe);
    $("details-title").textContent = shown.title;
    $("details-body").replaceChildren(...shown.box);
    panel.scrollTop = 0;
  }
  function mark() {
    for (const one of document.querySelectorAll(".chip.chosen")) one.classList.remove("chosen");
    if (opened && opened.client !== null) {
      const recipe = opened.recipe === null ? "" : String(opened.recipe);
      const found = document.querySelector(`#matrix .chip[data-op="${opened.op}"][data-client="${opened.client}"][data-recipe="${recipe}"]`);
      if (found) found.classList.add("chosen");
    }
  }
  function open(what, from) {
    opened = what;
    if (from) opener = from;
    drawDetails();
    mark();
    writeHash();
    if (opened && from) $("details-title").focus({ preventScroll: true });
  }
  function close() {
    if (!opened) return;
    open(null, null);
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  }

  // --- the address keeps the filter and what is open

  function writeHash() {
    const words = new URLSearchParams();
    for (const name of filterNames) if (filter[name]) words.set(name, filter[name]);
    if (opened && opened.op !== null) words.set("op", data.operations[opened.op].id);
    if (opened && opened.client !== null) words.set("on", data.clients[opened.client].name);
    if (opened && opened.recipe !== null) words.set("for", data.recipes[opened.recipe].name);
    const hash = words.toString();
    if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }
  function readHash() {
    const words = new URLSearchParams(location.hash.slice(1));
    for (const name of filterNames) {
      const given = words.get(name) || "";
      const control = $(`f-${name}`);
      control.value = given;
      filter[name] = control.value === given ? given : "";
      if (control.value !== given) control.value = "";
    }
    const find = (rows, key, name) => { const at = rows.findIndex((row) => row[key] === name); return at < 0 ? null : at; };
    const op = find(data.operations, "id", words.get("op"));
    const client = op === null ? null : find(data.clients, "name", words.get("on"));
    const recipe = find(data.recipes, "name", words.get("for"));
    opened = op === null && recipe === null ? null : { op, client, recipe };
    draw();
    drawDetails();
    mark();
  }

  // --- the parts that never change

  function options(id, every, values) {
    $(id).append(make("option", { value: "", text: every }), ...values.map((value) => make("option", { value: value.value ?? value, text: value.text ?? value })));
  }
  // the best first, and last what is not the client's own to have
  const shownLevels = [...data.levels].reverse().sort((one, other) => (one.id === "above") - (other.id === "above"));
  function tile(client, at) {
    const counted = new Map();
    for (const op of data.operations) { const id = op.states[at].level; counted.set(id, (counted.get(id) || 0) + 1); }
    const bars = make("div", { class: "bars" });
    const says = [];
    for (const level of shownLevels) {
      const n = counted.get(level.id);
      if (!n) continue;
      const part = make("span", { class: `l-${level.id}`, text: n, title: `${n} ${level.says}` });
      part.style.flexGrow = n;
      bars.append(part);
      says.push(`${n} ${level.says}`);
    }
    bars.setAttribute("role", "img");
    bars.setAttribute("aria-label", joined(says));
    const about = [client.language, client.version, client.commit ? client.commit.slice(0, 12) : "no git commit"].filter(Boolean).join(", ");
    return make("article", { class: "tile" }, make("h2", {}, client.name + " ", make("small", { text: about })), bars,
      make("p", {}, make("span", { class: "verdict", text: client.verdict }), ` ${joined(says)}.`),
      ...client.consumers.map((text) => make("p", { text })));
  }
  function foldable(title, headings, rows) {
    const body = make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, typeof cell === "string" ? document.createTextNode(cell) : cell)))));
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...headings.map((text) => make("th", { scope: "col", text })))), body);
    return make("details", {}, make("summary", { text: `${title} (${rows.length})` }), rows.length ? make("div", { class: "wide" }, table) : make("p", { text: "None found." }));
  }
  function furnish() {
    $("lead").textContent = data.lead;
    $("tiles").append(...data.clients.map(tile));
    options("f-recipe", "all recipes", data.recipes.map((recipe) => recipe.name));
    options("f-client", "all clients", data.clients.map((client) => client.name));
    options("f-priority", "all priorities", data.priorities.map((one) => ({ value: one.id, text: `${one.id}: ${one.means}` })));
    options("f-level", "all levels", data.levels.map((level) => ({ value: level.id, text: level.says })));
    $("legend").append(...data.levels.map((level) => make("li", { title: level.means }, make("span", { class: `chip l-${level.id}`, text: level.letter, "aria-hidden": true }), level.says)),
      make("li", {}, make("span", { class: "chip l-wired failed", text: "W", "aria-hidden": true }), "the probe failed"),
      make("li", {}, make("span", { class: "chip l-options offline", text: "O", "aria-hidden": true }), "not verifiable offline"));
    $("below").append(
      foldable("Findings", ["Severity", "Rule", "Input", "Place", "What"], data.findings.map((one) => [one.severity, one.rule, one.input, code(one.where), words(one.message)])),
      foldable("Not needed by anything", ["Operation", "What it is"], data.unneeded.map((one) => [code(one.id), one.title])),
      foldable("Inputs", ["Input", "Kind", "Language", "Version", "Commit", "Files", "Lines"], data.inputs.map((one) => [one.name, one.kind, one.language, one.version || "unknown", one.commit ? code(one.commit) : "no git work tree", one.files.toLocaleString("en"), one.lines.toLocaleString("en")])));
    $("foot").textContent = `Made by ${data.made_by}. Places are relative to the root of their input. Nothing on this page is fetched from anywhere.`;
  }

  // --- hands

  $("filters").addEventListener("input", () => {
    for (const name of filterNames) filter[name] = $(`f-${name}`).value;
    draw();
    mark();
    writeHash();
  });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  function clear() {
    for (const name of filterNames) { filter[name] = ""; $(`f-${name}`).value = ""; }
    draw();
    mark();
    writeHash();
  }
  $("filters").addEventListener("reset", (event) => { event.preventDefault(); clear(); });
  $("again").addEventListener("click", clear);
  $("close").addEventListener("click", close);
  $("matrix").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const at = (name) => (button.dataset[name] === undefined || button.dataset[name] === "" ? null : Number(button.dataset[name]));
    open({ op: at("op"), client: at("client"), recipe: at("recipe") }, button);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  $("matrix").addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) return;
    const here = event.target.closest("button");
    if (!here) return;
    event.preventDefault();
    const rows = [...$("matrix").querySelectorAll("tr")].map((row) => [...row.querySelectorAll("button")]).filter((row) => row.length);
    const row = rows.findIndex((one) => one.includes(here));
    const at = rows[row].indexOf(here);
    let next = null;
    if (event.key === "ArrowLeft") next = rows[row][at - 1];
    else if (event.key === "ArrowRight") next = rows[row][at + 1];
    else if (event.key === "Home") next = rows[row][0];
    else if (event.key === "End") next = rows[row].at(-1);
    else {
      const middle = (one) => { const box = one.getBoundingClientRect(); return box.left + box.width / 2; };
      const near = rows[row + (event.key === "ArrowUp" ? -1 : 1)] || [];
      const x = middle(here);
      next = near.reduce((best, one) => (!best || Math.abs(middle(one) - x) < Math.abs(middle(best) - x) ? one : best), null);
    }
    if (!next) return;
    here.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  window.addEventListener("hashchange", readHash);

  furnish();
  readHash();
})();
