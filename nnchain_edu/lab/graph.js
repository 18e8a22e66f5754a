// The browser's half of the transaction graph.

const RADIUS = 17;

// An arrow from circle to circle, bent to its left, so that two arrows between two accounts stay apart.
function route(from, to, both) {
  if (from === to) {
    const { x, y } = from;
    const path = `M ${x - 8} ${y - RADIUS} C ${x - 34} ${y - 58}, ${x + 34} ${y - 58}, ${x + 9} ${y - RADIUS - 4}`;
    return { path, at: [x, y - 52] };
  }
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const far = Math.hypot(dx, dy);
  const [nx, ny] = [dy / far, -dx / far];
  const bend = both ? Math.min(44, far * 0.2) : 0;
  const [cx, cy] = [(from.x + to.x) / 2 + nx * bend, (from.y + to.y) / 2 + ny * bend];
  const edge = (end, gap) => {
    const length = Math.hypot(cx - end.x, cy - end.y) || 1;
    return [end.x + ((cx - end.x) / length) * gap, end.y + ((cy - end.y) / length) * gap].map((v) => v.toFixed(1));
  };
  const path = `M ${edge(from, RADIUS + 1).join(" ")} Q ${cx.toFixed(1)} ${cy.toFixed(1)} ${edge(to, RADIUS + 9).join(" ")}`;
  return { path, at: [(from.x + to.x) / 4 + cx / 2 + nx * 12, (from.y + to.y) / 4 + cy / 2 + ny * 9] };
}

function render({ model, el }) {
  const frame = model.get("frame");
  const id = nextId();
  const places = Object.fromEntries(frame.accounts.map((account) => [account.name, account]));
  const choose = (name) => {
    model.set("selected", name);
    model.save_changes();
  };

  const tip = draw("marker", {
    id: `${id}-tip`, viewBox: "0 0 10 10", refX: 1, refY: 5, markerWidth: 10, markerHeight: 10, orient: "auto",
    markerUnits: "userSpaceOnUse",
  }, draw("path", { d: "M 0 0 L 10 5 L 0 10 z", class: "nn-tip" }));
  const arrows = frame.arrows.map((arrow) => {
    const { path, at } = route(places[arrow.source], places[arrow.target], arrow.both);
    const line = draw("path", { d: path, "stroke-width": arrow.width, "marker-end": `url(#${id}-tip)` });
    const amount = draw("text", { x: at[0].toFixed(1), y: (at[1] + 4).toFixed(1) }, arrow.amount);
    return { ...arrow, line, amount };
  });
  const nodes = frame.accounts.map((account, i) => {
    const shape = account.mark
      ? draw("rect", { x: account.x - 15, y: account.y - 15, width: 30, height: 30, rx: 3 })
      : draw("circle", { cx: account.x, cy: account.y, r: RADIUS });
    const node = draw("g", {
      class: `nn-account${account.mark ? " nn-marked" : ""}`, role: "button", tabindex: i ? -1 : 0,
      "aria-label": `${account.name}. ${account.text}`,
    }, draw("title", {}, account.name), shape, draw("text", { x: account.x, y: account.y + RADIUS + 15 }, account.label));
    node.addEventListener("click", () => {
      node.focus();
      choose(account.name);
    });
    node.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const n = nodes.length;
      const to = event.key === "Home" ? 0 : event.key === "End" ? n - 1 : step ? (i + step + n) % n : null;
      if (to !== null) {
        nodes.forEach((each, j) => each.setAttribute("tabindex", j === to ? 0 : -1));
        nodes[to].focus();
      } else if (event.key === "Enter" || event.key === " ") choose(account.name);
      else if (event.key === "Escape") choose("");
      else return;
      event.preventDefault();
    });
    return node;
  });
  const picture = draw("svg", {
    viewBox: `0 0 ${frame.width} ${frame.height}`, role: "group", "aria-label": `Accounts of ${frame.title}`,
  }, draw("defs", {}, tip), draw("g", { class: "nn-arrows", "aria-hidden": "true" }, ...arrows.map((a) => a.line)),
  ...nodes, draw("g", { class: "nn-amounts", "aria-hidden": "true" }, ...arrows.map((a) => a.amount)));
  // many amounts would cover the arrows: then only those of the chosen account show
  picture.classList.toggle("nn-crowded", arrows.length > 24);

  const choice = make("div", { class: "nn-choice" });
  const status = make("p", { class: "nn-line", role: "status" });
  const list = make("details", {}, make("summary", {}, "All transfers as a table"),
    makeTable("Transfers by sender and receiver", ["from", "to", "amount", "transfers"],
      frame.arrows.map((a) => [a.source, a.target, a.amount, String(a.transfers)])));
  const root = makeRoot("graph", frame.title, make("p", { class: "nn-line" }, frame.text),
    make("div", { class: "nn-plane" }, picture, make("div", { class: "nn-side" }, status, choice)), list);

  function update() {
    const chosen = places[model.get("selected")];
    const touches = (arrow) => chosen && (arrow.source === chosen.name || arrow.target === chosen.name);
    picture.classList.toggle("nn-chosen", Boolean(chosen));
    frame.accounts.forEach((account, i) => {
      const near = arrows.some((a) => touches(a) && (a.source === account.name || a.target === account.name));
      nodes[i].setAttribute("aria-pressed", account === chosen);
      nodes[i].classList.toggle("nn-near", near || account === chosen);
    });
    for (const arrow of arrows) {
      arrow.line.classList.toggle("nn-near", Boolean(touches(arrow)));
      arrow.amount.classList.toggle("nn-near", Boolean(touches(arrow)));
    }
    setText(status, chosen ? `${chosen.name}. ${chosen.text}` : "Choose an account: click it, or use arrow keys and Enter.");
    const rows = arrows.filter(touches).map((a) =>
      a.source === chosen.name ? ["to", places[a.target].label, a.amount] : ["from", places[a.source].label, a.amount]);
    choice.replaceChildren(...(rows.length ? [makeTable(`Transfers of ${chosen.label}`, ["direction", "account", "amount"], rows)] : []));
  }
  const silence = listen(model, [["change:selected", update]]);
  update();
  el.append(root);
  return silence;
}

export default { render };
