// The browser's half of the transaction graph.

function render({ model, el }) {
  const frame = model.get("frame");
  const id = nextId();
  const places = Object.fromEntries(frame.accounts.map((account) => [account.name, account]));
  const choose = (name) => {
    model.set("selected", name);
    model.save_changes();
  };

  const tip = makeTip(`${id}-tip`);
  const arrows = frame.arrows.map((arrow) => {
    const { path, at } = route(places[arrow.source], places[arrow.target], arrow.both);
    const line = draw("path", { d: path, "stroke-width": arrow.width, "marker-end": `url(#${id}-tip)` });
    const amount = draw("text", { x: at[0].toFixed(1), y: (at[1] + 4).toFixed(1) }, arrow.amount);
    return { ...arrow, line, amount };
  });
  const nodes = makeAccounts(frame.accounts, choose);
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
