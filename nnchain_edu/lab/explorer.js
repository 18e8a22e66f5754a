// The browser's half of the block explorer. No build step, nothing from a network.

const STEP = 160; // pixels from one block of the strip to the next
const MARKS = { valid: "✔ valid", broken: "✘ broken", after: "▲ after a break" };

const short = (hash) => (hash.length > 14 ? `${hash.slice(0, 6)}…${hash.slice(-4)}` : hash);

function makeFields(fields) {
  const list = make("dl", {});
  for (const [name, value] of fields) list.append(make("dt", {}, name), make("dd", {}, value));
  return list;
}

function render({ model, el }) {
  const frame = model.get("frame");
  const id = nextId();
  const choose = (position) => {
    const last = model.get("strip").length - 1;
    model.set("selected", Math.max(0, Math.min(last, position)));
    model.save_changes();
  };

  // the tools
  const go = make("input", { id: `${id}-go`, type: "text", inputmode: "numeric", size: 6, autocomplete: "off" });
  const goForm = make("form", { class: "nn-row" }, make("label", { for: `${id}-go` }, "Block"), go,
    make("button", { type: "submit" }, "Go"));
  onEnter(go, () => goForm.requestSubmit());
  const find = (test) => model.get("strip").findIndex(test);
  goForm.addEventListener("submit", (event) => {
    event.preventDefault();
    const position = find((row) => String(row.number) === go.value.trim());
    go.setAttribute("aria-invalid", position < 0);
    if (position >= 0) choose(position);
  });
  const broken = makeButton("First broken", () => choose(find((row) => row.status === "broken")));
  const tools = make("div", { class: "nn-row" }, goForm, makeButton("Newest", () => choose(Infinity)), broken);
  if (frame.live) tools.append(makeButton("Look for new blocks", () => model.send({ do: "refresh" })));
  if (frame.tamper) tools.append(makeButton("Restore all", () => model.send({ do: "restore" })));

  // the strip: a list box of which only the options in sight exist
  const rail = make("div", { class: "nn-rail", role: "presentation" });
  const strip = make("div", {
    class: "nn-strip", role: "listbox", tabindex: 0, "aria-label": "Blocks", "aria-orientation": "horizontal",
  }, rail);
  const overview = make("canvas", { class: "nn-overview", "aria-hidden": "true", height: 28 });

  function option(row, position, selected) {
    const made = make("div", {
      id: `${id}-${position}`, role: "option", class: `nn-block nn-${row.status}`, "aria-selected": String(selected),
      "aria-setsize": model.get("strip").length, "aria-posinset": position + 1,
      style: `left: ${position * STEP + 4}px`,
    }, make("b", {}, `Block ${row.number}`), make("span", { class: "nn-mark" }, MARKS[row.status]),
    make("code", {}, short(row.hash)),
    make("span", {}, `${row.transactions} transaction${row.transactions === 1 ? "" : "s"}`));
    made.addEventListener("click", () => choose(position));
    return made;
  }
  function drawStrip() {
    const rows = model.get("strip");
    const selected = model.get("selected");
    rail.style.width = `${rows.length * STEP}px`;
    const first = Math.max(0, Math.floor(strip.scrollLeft / STEP) - 1);
    const last = Math.min(rows.length - 1, Math.ceil((strip.scrollLeft + (strip.clientWidth || 1000)) / STEP) + 1);
    const drawn = [];
    for (let i = first; i <= last; i += 1) {
      if (i) {
        drawn.push(make("span", {
          class: `nn-link${rows[i].linked ? "" : " nn-cut"}`, "aria-hidden": "true", style: `left: ${i * STEP - 24}px`,
        }, rows[i].linked ? "←" : "✂"));
      }
      drawn.push(option(rows[i], i, i === selected));
    }
    if (rows[selected] && (selected < first || selected > last)) drawn.push(option(rows[selected], selected, true));
    rail.replaceChildren(...drawn);
    if (rows[selected]) strip.setAttribute("aria-activedescendant", `${id}-${selected}`);
    else strip.removeAttribute("aria-activedescendant");
    drawOverview(rows, selected);
  }
  function drawOverview(rows, selected) {
    overview.hidden = rows.length < 12;
    const width = (overview.width = overview.clientWidth || 900);
    const pen = overview.getContext("2d");
    const most = Math.max(1, ...rows.map((row) => row.transactions));
    const each = width / rows.length;
    const colour = { valid: "#0072b2", broken: "#d55e00", after: "#e69f00" };
    rows.forEach((row, i) => {
      const tall = row.status === "broken" ? 28 : 4 + 20 * (row.transactions / most);
      pen.fillStyle = colour[row.status];
      pen.fillRect(i * each, 28 - tall, Math.max(1, each - (each > 3 ? 1 : 0)), tall);
    });
    pen.strokeStyle = getComputedStyle(root).color;
    pen.lineWidth = 2;
    pen.strokeRect(Math.max(1, selected * each - 2), 1, Math.max(6, each + 3), 26);
  }
  function reveal() {
    const left = model.get("selected") * STEP;
    if (left < strip.scrollLeft) strip.scrollLeft = left;
    else if (left + STEP > strip.scrollLeft + strip.clientWidth) {
      strip.scrollLeft = left + STEP - strip.clientWidth;
    }
  }
  strip.addEventListener("scroll", () => requestAnimationFrame(drawStrip));
  strip.addEventListener("keydown", (event) => {
    const at = model.get("selected");
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 10,
      PageUp: at - 10, Home: 0, End: Infinity }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(to);
  });
  overview.addEventListener("click", (event) => {
    const { left, width } = overview.getBoundingClientRect();
    choose(Math.floor(((event.clientX - left) / width) * model.get("strip").length));
  });

  // one block
  const detail = make("div", { class: "nn-detail" });
  function editor(sent, i, block) {
    const input = make("input", {
      type: "text", inputmode: "numeric", size: 22, class: sent.changed ? "nn-changed" : "", autocomplete: "off",
      "aria-label": `Value of transaction ${i} in block ${block.number}`, disabled: model.get("guess").locked,
    });
    input.value = sent.edit;
    onEnter(input, () => input.blur());
    input.addEventListener("change", () =>
      model.send({ do: "tamper", block: block.position, transaction: i, value: input.value }));
    return make("span", { class: "nn-row" }, input, sent.unit, ...(sent.changed ? [make("b", {}, "changed")] : []));
  }
  function drawDetail() {
    const block = model.get("detail");
    if (!block.hash) {
      detail.replaceChildren(make("p", {}, "There are no blocks."));
      return;
    }
    const focused = detail.contains(document.activeElement) && document.activeElement.getAttribute("aria-label");
    const parts = [make("h4", {}, `Block ${block.number} `,
      make("span", { class: `nn-mark nn-${block.status}` }, MARKS[block.status]))];
    if (block.why) parts.push(make("p", { class: "nn-message" }, `Block ${block.number} is not valid: ${block.why}.`));
    if (block.status === "broken" && frame.seal) {
      parts.push(makeButton("Seal this block anew", () => model.send({ do: "reseal", block: block.position })));
    }
    parts.push(makeFields(block.fields));
    if (block.further.length) {
      parts.push(make("details", {}, make("summary", {}, "More fields of the header"), makeFields(block.further)));
    }
    if (block.transactions.length) {
      const lines = (texts) => make("div", {}, ...texts.map((text) => make("div", {}, text)));
      const rows = block.transactions.map((sent, i) => [String(i), sent.from, sent.to,
        sent.edit === undefined ? sent.value : editor(sent, i, block), lines([sent.call, ...sent.events].filter(Boolean)),
        [sent.status, sent.gas && `${sent.gas} gas`].filter(Boolean).join(", "), short(sent.hash)]);
      const columns = ["no.", "from", "to", "value", "call and events", "result", "hash"];
        const used = columns.map((_, c) => c === 0 || rows.some((row) => typeof row[c] === "string" ? row[c] : row[c].textContent || row[c].querySelector("input")));
      const keep = (row) => row.filter((_, c) => used[c]);
      parts.push(makeTable(`Transactions of block ${block.number}`, keep(columns), rows.map(keep)));
      if (block.unlisted) parts.push(make("p", {}, `And ${block.unlisted} more transactions.`));
    } else {
      parts.push(make("p", {}, "No transactions."));
    }
    if (block.accounts.length) {
      const rows = block.accounts.flatMap((account) => account.rows.map(([what, before, after]) =>
        [account.name, what, before, before === after ? after : make("b", {}, after)]));
      parts.push(makeTable(`Accounts before and after block ${block.number}`, ["account", "what", "before", "after"], rows));
    }
    detail.replaceChildren(...parts);
    if (focused) [...detail.querySelectorAll("[aria-label]")].find((e) => e.getAttribute("aria-label") === focused)?.focus();
  }

  const line = make("p", { class: "nn-line", role: "status" });
  const message = make("div", { class: "nn-message", role: "alert" });
  const comparison = make("p", { class: "nn-comparison", role: "status" });
  const prediction = frame.prediction && makePrediction(frame.prediction, `${id}-guess`, (content) => model.send(content));
  const root = makeRoot("explorer", frame.title, ...(prediction ? [prediction.element] : []), tools, overview, strip,
    line, comparison, message, detail);

  const drawText = () => {
    setText(line, model.get("line"));
    setText(message, model.get("message"));
    broken.hidden = find((row) => row.status === "broken") < 0;
  };
  const drawGuess = () => {
    const guess = model.get("guess");
    prediction?.show(guess);
    setText(comparison, guess.comparison);
    comparison.hidden = !guess.comparison;
    drawDetail(); // its fields open with the prediction
  };
  const drawAll = () => {
    drawText();
    drawStrip();
  };
  const drawChoice = () => {
    reveal();
    drawStrip();
  };
  const silence = listen(model, [["change:strip", drawAll], ["change:selected", drawChoice],
    ["change:detail", drawDetail], ["change:line", drawText], ["change:message", drawText],
    ["change:guess", drawGuess]]);
  el.append(root);
  drawAll();
  drawGuess();
  const sized = new ResizeObserver(() => requestAnimationFrame(drawChoice)); // only now are widths known
  sized.observe(strip);
  return () => {
    sized.disconnect();
    silence();
  };
}

export default { render };
