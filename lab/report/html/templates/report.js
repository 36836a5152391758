// The report's script. It loads nothing, and writes text only as text.
(() => {
  "use strict";
  const STEP = 50;
  const EXHIBITS = 6;
  const ENDS = ["drop", "reject"];
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const parsed = (id) => JSON.parse(document.getElementById(id).textContent);
  const words = parsed("words");
  const say = (key, ...values) =>
    values.reduce((text, value, place) => text.replaceAll(`{${place}}`, value), words[`js_${key}`]);
  const titles = parsed("titles");
  const titled = (test) => (Object.hasOwn(titles, test) ? titles[test] : test);
  /** A check without a subject of its own has its test's id; the title says more, where there is one. */
  const named = (subject, test, parameter) => {
    const own = `test_${test.replaceAll(" ", "_")}${parameter ? `[${parameter}]` : ""}`;
    if (subject !== own || titled(test) === test) return subject;
    return titled(test) + (parameter ? `（${parameter}）` : "");
  };
  const files = parsed("files");
  const number = (value) => value.toLocaleString("en");

  /** An element with attributes and children; strings become text nodes. */
  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  }

  // ---- packed data -------------------------------------------------------------------------------------------
  async function unpack(id) {
    const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return JSON.parse(await new Response(stream).text());
  }
  let loading = null;
  function load() {
    loading ??= Promise.all([unpack("shared"), unpack("messages")]).then(([data, messages]) => {
      const text = data.strings;
      data.checks = data.checks.map(([control, state, warrant, test, parameter, subject, seen], place) => ({
        control: text[control], state: data.states[state], order: state, warrant: text[warrant], test: titled(text[test]),
        parameter: text[parameter], subject: named(subject, text[test], text[parameter]), seen, message: messages[place],
      }));
      for (const one of data.seen) one[7] = one[7].map((each) => (typeof each === "number" ? { rule: data.rules[each] } : each));
      return data;
    });
    return loading;
  }

  // ---- one check ---------------------------------------------------------------------------------------------
  function badge(state) {
    const mark = { pass: "✓", fail: "✕", error: "!", "not-testable": "?", waived: "◇" }[state];
    return make("span", { class: `badge s-${state}` }, make("span", { "aria-hidden": "true" }, mark), ` ${words[`state_${state}`]}`);
  }

  function step(one, text) {
    if (one.rule) {
      const [, chain, rule, verdict] = one.rule.map((part) => text[part]);
      return make("li", { class: ENDS.includes(verdict) ? "rule ends" : "rule" }, make("code", {}, chain), " ",
        make("code", { class: "text" }, rule || say("policy")), " ", make("b", {}, verdict));
    }
    const [host, segment, reached, after] = one;
    return make("li", { class: reached ? "port to" : "port from" }, make("b", {}, text[host]), " ",
      say(reached ? "reached" : "left", text[segment]), " ",
      make("span", { class: "after" }, `+${(after / 1000).toLocaleString("en", { maximumFractionDigits: 1 })} µs`));
  }

  function exhibit(one, first, text) {
    const [id, source, destination, address, packet, intruder, answer, steps, notes] = one;
    const lead = make("p", { class: "lead" }, make("span", { class: "role" }, say(first ? "judged" : "witness")),
      make("code", {}, id), ` ${text[packet]} `, make("b", {}, `${text[source]} → ${text[destination]}`), ` (${text[address]})`);
    if (text[intruder]) lead.append(` · ${say("intruder", text[intruder])}`);
    const way = make("ol", { class: "way" }, ...steps.map((each) => step(each, text)));
    const last = steps.at(-1);
    if (last?.rule && ENDS.includes(text[last.rule[3]])) way.append(make("li", { class: "nowhere" }, say("nowhere_after")));
    if (!steps.length) way.append(make("li", { class: "nowhere" }, say("nowhere")));
    const end = make("p", { class: "small" }, `${say("answer")}${say("colon")}${words[`answer_${text[answer]}`] ?? text[answer]}`);
    for (const note of notes) end.append(` · ${say("trouble")}${say("colon")}${text[note]}`);
    const segments = [...new Set(steps.filter((each) => !each.rule).map((each) => text[each[1]]))];
    const kept = segments.filter((name) => files.captures.includes(name));
    if (kept.length) {
      end.append(` · ${say("capture")}: `);
      for (const name of kept) end.append(make("a", { href: `${files.base}captures/${encodeURIComponent(name)}.pcapng` }, `${name}.pcapng`), " ");
      end.append(`${say("capture_filter")} `, make("code", {}, `frame.comment contains "${id} "`));
    }
    return make("div", { class: "exhibit" }, lead, way, end);
  }

  /** What a verdict rests on; of very many the first few, then all. */
  function exhibits(node, seen, from, data) {
    const to = from ? seen.length : Math.min(EXHIBITS, seen.length);
    node.append(...seen.slice(from, to).map((place, index) => exhibit(data.seen[place], from + index === 0, data.strings)));
    if (to < seen.length) {
      const more = make("button", { type: "button" }, say("more", number(seen.length - to)));
      more.addEventListener("click", () => { more.remove(); exhibits(node, seen, to, data); });
      node.append(more);
    }
  }

  function check(one, data) {
    const node = make("details", { class: "check" }, make("summary", {}, badge(one.state), " ", make("span", { class: "subject" }, one.subject)));
    node.addEventListener("toggle", () => {
      if (node.childElementCount > 1) return;
      node.append(make("p", { class: "message" }, one.message),
        make("p", { class: "small" }, `${say("test")}${say("colon")}${one.test}${one.parameter ? ` [${one.parameter}]` : ""}`
          + (one.warrant ? ` · ${say("warrant")}${say("colon")}${words[`warrant_short_${one.warrant}`]}` : "")));
      exhibits(node, one.seen, 0, data);
    });
    return node;
  }

  // ---- the list of a control's checks ------------------------------------------------------------------------
  function choice(label, values, name) {
    const select = make("select", { "data-by": name }, make("option", { value: "" }, say("any")),
      ...values.map(([value, text]) => make("option", { value }, text)));
    return [make("label", {}, `${label} `, select), select];
  }

  function browser(box, data) {
    const mine = data.checks.filter((one) => one.control === box.dataset.control).sort((a, b) => a.order - b.order);
    const kinds = (key) => [...grouped(mine, key)];
    const search = make("input", { type: "search", placeholder: say("find"), "aria-label": say("find") });
    const [stateLabel, state] = choice(say("state"), kinds("state").map(([key, list]) => [key, `${words[`state_${key}`]} (${number(list.length)})`]), "state");
    const [testLabel, test] = choice(say("test"), kinds("test").map(([key, list]) => [key, `${key} (${number(list.length)})`]), "test");
    const told = make("output", { "aria-live": "polite" });
    const list = make("div", { class: "list" });
    const more = make("button", { type: "button" });
    let shown = STEP;
    function draw() {
      const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const found = mine.filter((one) => {
        if (state.value && one.state !== state.value) return false;
        if (test.value && one.test !== test.value) return false;
        const where = `${one.subject} ${one.message} ${one.test} ${one.parameter}`.toLowerCase();
        return wanted.every((word) => where.includes(word));
      });
      list.replaceChildren(...found.slice(0, shown).map((one) => check(one, data)));
      if (!found.length) list.append(make("p", {}, say("none")));
      told.textContent = say("shown", number(Math.min(shown, found.length)), number(found.length));
      more.hidden = shown >= found.length;
      more.textContent = say("more", number(Math.min(STEP, found.length - shown)));
    }
    const again = () => { shown = STEP; draw(); };
    search.addEventListener("input", again);
    for (const select of [state, test]) select.addEventListener("change", again);
    more.addEventListener("click", () => { shown += STEP; draw(); });
    box.replaceChildren(make("div", { class: "tools" }, make("label", {}, search), stateLabel, testLabel, told), list, more);
    draw();
  }

  function grouped(list, key) {
    const found = new Map();
    for (const one of list) {
      if (!found.has(one[key])) found.set(one[key], []);
      found.get(one[key]).push(one);
    }
    return found;
  }

  function openControl(details) {
    const box = find(".checks", details);
    if (!box || box.dataset.built) return;
    box.dataset.built = "yes";
    load().then((data) => browser(box, data)).catch(() => box.replaceChildren(make("p", { class: "small" }, say("unpack"))));
  }

  // ---- matrix ------------------------------------------------------------------------------------------------
  const FIELDS = ["expected", "seen", "passed", "failed", "unjudged", "waived"];
  function cellOf(flows) {
    const sum = { allowed: 0, seen: 0, denied: 0, failed: 0, unjudged: 0, waived: 0 };
    for (const flow of flows) {
      sum.allowed += flow.expected;
      sum.seen += flow.expected && flow.seen;
      sum.denied += flow.expected ? 0 : flow.passed;
      for (const key of ["failed", "unjudged", "waived"]) sum[key] += flow[key];
    }
    sum.tint = sum.failed ? "broken" : sum.unjudged ? "unsure" : sum.waived ? "waived"
      : sum.allowed ? (sum.seen === sum.allowed ? "open" : "unseen") : sum.denied ? "closed" : "nothing";
    sum.label = say("cell", sum.allowed, sum.seen, sum.denied, sum.failed, sum.unjudged, sum.waived);
    sum.count = sum.tint === "unseen" && sum.allowed < 1000 ? `${sum.seen}/${sum.allowed}` : sum.failed || sum.unjudged || sum.waived || sum.allowed || sum.denied;
    return sum;
  }

  function paint(button, sum, highlight) {
    const { from, to } = button.dataset;
    button.dataset.tint = sum.tint;
    button.className = `cell t-${sum.tint}${highlight && highlight !== sum.tint ? " faint" : ""}`;
    button.setAttribute("aria-label", `${from} → ${to}${say("colon")}${words[`tint_${sum.tint}`]}${say("then")}${sum.label}`);
    button.replaceChildren(make("span", { "aria-hidden": "true" }, words[`tint_mark_${sum.tint}`]));
    if (sum.tint !== "nothing") button.append(make("small", {}, String(sum.count)));
  }

  function matrix(data) {
    const zones = parsed("zones");
    const home = new Map(Object.entries(zones).flatMap(([zone, hosts]) => hosts.map((host) => [host, zone])));
    const flows = data.flows.map(([source, destination, family, service, ...rest]) => ({
      source, destination, family, service, from: home.get(source), to: home.get(destination),
      ...Object.fromEntries(FIELDS.map((name, place) => [name, rest[place]])),
    }));
    const tools = ["family", "protocol", "tint"].map((name) => find(`#m-${name}`));
    const wanted = () => {
      const [family, protocol] = tools.map((tool) => tool.value);
      return flows.filter((flow) => (!family || flow.family === family)
        && (!protocol || flow.service.split("/")[0] === protocol));
    };
    const redraw = () => {
      const pairs = grouped(wanted().map((flow) => ({ ...flow, pair: `${flow.from} ${flow.to}` })), "pair");
      for (const button of all("#matrix .matrix button")) {
        paint(button, cellOf(pairs.get(`${button.dataset.from} ${button.dataset.to}`) ?? []), tools[2].value);
      }
    };
    for (const tool of tools) tool.addEventListener("change", () => { redraw(); find("#drill").hidden = true; });
    find("#matrix .matrix").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) drill(button, wanted().filter((flow) => flow.from === button.dataset.from && flow.to === button.dataset.to), zones);
    });
  }

  function hints(table) {
    const hint = find("#hint");
    for (const name of ["mouseover", "focusin"]) {
      table.addEventListener(name, (event) => {
        const button = event.target.closest("button");
        if (button) hint.textContent = button.getAttribute("aria-label");
      });
    }
  }

  function drill(button, flows, zones) {
    const { from, to } = button.dataset;
    const box = find("#drill");
    for (const other of all("#matrix [aria-pressed]")) other.removeAttribute("aria-pressed");
    button.setAttribute("aria-pressed", "true");
    const detail = make("div", { "aria-live": "polite" });
    const close = make("button", { type: "button", onclick: () => { box.hidden = true; button.removeAttribute("aria-pressed"); button.focus(); } }, say("close"));
    const head = make("tr", {}, make("td"), ...zones[to].map((host) => make("th", { scope: "col" }, make("span", {}, host))));
    const rows = zones[from].map((source) => make("tr", {}, make("th", { scope: "row" }, source), ...zones[to].map((target) => {
      const mine = flows.filter((flow) => flow.source === source && flow.destination === target);
      const inner = make("button", { type: "button", "data-from": source, "data-to": target, onclick: () => detail.replaceChildren(listed(source, target, mine)) });
      paint(inner, cellOf(mine), "");
      return make("td", {}, inner);
    })));
    const table = make("table", { class: "matrix" }, make("thead", {}, head), make("tbody", {}, ...rows));
    hints(table);
    box.replaceChildren(make("div", { class: "bar" }, make("h3", { tabindex: "-1" }, say("between", from, to)), close), make("div", { class: "wide" }, table), detail);
    box.hidden = false;
    const worst = all("button", table).find((one) => one.dataset.tint === button.dataset.tint);
    if (worst) worst.click();
    find("h3", box).focus();
  }

  function listed(source, target, flows) {
    if (!flows.length) return make("p", {}, words.tint_nothing);
    const order = (flow) => (flow.failed ? 0 : flow.unjudged ? 1 : flow.waived ? 2 : flow.expected ? 3 : 4);
    const kinds = grouped([...flows].sort((a, b) => order(a) - order(b)).map((flow) => ({
      ...flow,
      kind: [flow.family, flow.service.split("/")[0], ...["expected", "seen", "failed", "unjudged", "waived"].map((key) => Boolean(flow[key]))].join(),
    })), "kind");
    const rows = [...kinds.values()].map((alike) => {
      const flow = added(alike);
      const found = [];
      if (flow.expected) found.push(say(flow.seen ? "seen" : "unseen"));
      else if (flow.passed) found.push(`${say("stopped")} ${number(flow.passed)}`);
      for (const key of ["failed", "unjudged"]) if (flow[key]) found.push(`${say(key)} ${number(flow[key])}`);
      if (flow.waived) found.push(`${words.tint_waived} ${number(flow.waived)}`);
      const name = { imitated: say("imitated"), crafted: say("crafted") }[flow.service] ?? services(alike);
      const mark = words[`tint_mark_${cellOf([flow]).tint}`];
      return make("tr", {}, make("th", { scope: "row", class: "sentence" }, `${flow.family.replace("ipv", "IPv")} ${name}`), make("td", { class: "short" }, say(flow.expected ? "allowed" : "denied")), make("td", {}, `${mark} ${found.join(", ")}`));
    });
    const head = make("tr", {}, ...["flow", "expected", "found"].map((key) => make("th", { scope: "col" }, say(key))));
    return make("div", {}, make("h4", {}, say("flows", source, target)), make("div", { class: "wide" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows))));
  }

  /** Flows of one protocol that fared alike, as one. */
  function added(alike) {
    const sum = { ...alike[0] };
    for (const other of alike.slice(1)) for (const key of ["passed", "failed", "unjudged", "waived"]) sum[key] += other[key];
    return sum;
  }

  /** tcp/21, 22, 443 */
  function services(alike) {
    const ports = alike.map((flow) => flow.service.split("/")[1]).filter(Boolean).sort((a, b) => a - b);
    return [alike[0].service.split("/")[0], ports.join(", ")].filter(Boolean).join("/");
  }

  // ---- the table of controls, dates, links, print --------------------------------------------------------------
  function controlFilter() {
    const tools = find("[data-filters]");
    const rows = all(`#${tools.dataset.filters} tbody tr`);
    const [text, state, told] = [find("[data-find]", tools), find("[data-state]", tools), find("[data-shown]", tools)];
    const draw = () => {
      const wanted = text.value.toLowerCase();
      let left = 0;
      for (const row of rows) {
        row.hidden = (state.value !== "" && row.dataset.state !== state.value) || !row.textContent.toLowerCase().includes(wanted);
        left += !row.hidden;
      }
      told.textContent = say("shown", left, rows.length);
    };
    text.addEventListener("input", draw);
    state.addEventListener("change", draw);
    draw();
  }

  function dates() {
    const now = new Date();
    const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
    for (const cell of all("[data-expires]")) {
      if (cell.dataset.expires < today && !find("b", cell)) {
        cell.append(" ", make("b", { class: "s-fail" }, say("expired")));
        find("#stale").hidden = false;
      }
    }
    const age = find("#age");
    const days = Math.floor((now - new Date(age.dataset.ended)) / 86400000);
    if (days >= 0) age.textContent = days ? say("age", days) : say("today");
  }

  function follow() {
    const target = find(":target");
    if (target?.matches("details")) { target.open = true; target.scrollIntoView(); }
  }

  const controls = all("details.control");
  for (const details of controls) details.addEventListener("toggle", () => details.open && openControl(details));
  const button = find("#open-all");
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = controls.some((one) => !one.open);
    for (const one of controls) one.open = open;
    button.textContent = say(open ? "close_all" : "open_all");
  });
  const natural = find("#natural");
  if (natural) {
    natural.hidden = false;
    natural.addEventListener("click", () => natural.setAttribute("aria-pressed", find(".picture").classList.toggle("natural")));
  }
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details.control:not([open]), details.shown:not([open])");
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
  addEventListener("hashchange", follow);
  controlFilter();
  dates();
  follow();
  const table = find("#matrix .matrix");
  if (table) {
    hints(table);
    load().then(matrix).then(() => { find("#matrix").dataset.ready = "yes"; }).catch(() => { find("#hint").textContent = say("unpack"); });
  }
})();
