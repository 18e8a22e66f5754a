// The browser's half of the bench that looks around an alert.

const near = (number) => (number >= 100 ? number.toFixed(0) : String(Number(number.toPrecision(2))));

// What is written on an arrow: the sum, and the days of the first and the last payment.
function onArrow(payments) {
  const days = payments.map(([day]) => day);
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const sum = payments.reduce((total, [, ether]) => total + ether, 0);
  return `${near(sum)}, day ${first === last ? first : `${first}–${last}`}`;
}

// One alert's picture, with all that is told of a chosen account; `show(day, chosen, truth)` brings it up to date.
function makePicture(alert, frame, id, choose) {
  const tip = makeTip(`${id}-tip`);
  const arrows = alert.arrows.map(([source, target, payments]) => {
    const [from, to] = [alert.accounts[source], alert.accounts[target]];
    const [outer, inner] = Math.abs(from.x - frame.width / 2) > Math.abs(to.x - frame.width / 2) ? [from, to] : [to, from];
    const at = ["x", "y"].map((axis) => 0.47 * outer[axis] + 0.53 * inner[axis]);
    const line = draw("path", { d: route(from, to, false).path, "marker-end": `url(#${id}-tip)`, "stroke-width": 2 });
    const amount = draw("text", { x: at[0].toFixed(1), y: (at[1] - 5).toFixed(1) });
    return { source: from, target: to, payments, line, amount };
  });
  const nodes = makeAccounts(alert.accounts, choose);
  const truths = alert.accounts.map((account, i) => {
    const text = draw("text", { x: account.x, y: account.y + RADIUS + 29, class: "nn-truth" });
    nodes[i].append(text);
    return text;
  });
  nodes[0].classList.add("nn-centre");
  const picture = draw("svg", {
    viewBox: `0 0 ${frame.width} ${alert.height}`, role: "group", "aria-label": "Accounts around the alert",
  }, draw("defs", {}, tip), draw("g", { class: "nn-arrows", "aria-hidden": "true" }, ...arrows.map((a) => a.line)),
  ...nodes, draw("g", { class: "nn-amounts", "aria-hidden": "true" }, ...arrows.map((a) => a.amount)));

  // many amounts would cover each other: then those two steps away show only around the chosen account
  const central = (arrow) => arrow.source === alert.accounts[0] || arrow.target === alert.accounts[0];
  const crowded = arrows.length > 10;
  for (const arrow of arrows) arrow.amount.classList.toggle("nn-outer", crowded && !central(arrow));

  function show(day, name, truth) {
    const chosen = alert.accounts.find((account) => account.name === name);
    const so_far = arrows.map((arrow) => ({ ...arrow, payments: arrow.payments.filter(([when]) => when <= day) }));
    const touches = (arrow) => chosen && arrow.payments.length && (arrow.source === chosen || arrow.target === chosen);
    for (const arrow of so_far) {
      const seen = arrow.payments.length > 0;
      arrow.line.classList.toggle("nn-unseen", !seen);
      for (const part of [arrow.line, arrow.amount]) part.classList.toggle("nn-near", Boolean(touches(arrow)));
      setText(arrow.amount, seen ? onArrow(arrow.payments) : "");
    }
    picture.classList.toggle("nn-chosen", Boolean(chosen));
    alert.accounts.forEach((account, i) => {
      const mine = so_far.filter((a) => a.payments.length && (a.source === account || a.target === account));
      const told = truth ? ` In truth: ${truth.accounts[i]}.` : "";
      const sums = [["received", "target"], ["sent", "source"]].map(([word, end]) => {
        const payments = mine.filter((a) => a[end] === account).flatMap((a) => a.payments);
        return `${word} ${near(payments.reduce((total, [, ether]) => total + ether, 0))} ether (${payments.length} payment${payments.length === 1 ? "" : "s"})`;
      });
      nodes[i].setAttribute("aria-label", `${account.name}. Of what is shown: ${sums.join(", ")}.${told}`);
      nodes[i].setAttribute("aria-pressed", account === chosen);
      nodes[i].classList.toggle("nn-near", account === chosen || mine.some(touches));
      nodes[i].classList.toggle("nn-offender", Boolean(truth) && truth.accounts[i].startsWith("offender"));
      setText(truths[i], truth && !account.mark ? truth.accounts[i] : "");
    });
    const rows = so_far.filter(touches).flatMap((arrow) => arrow.payments.map(([when, ether]) => [when, ...(
      arrow.source === chosen ? ["to", arrow.target.label] : ["from", arrow.source.label]), `${near(ether)} ether`]));
    rows.sort((a, b) => a[0] - b[0]);
    return {
      line: chosen ? nodes[alert.accounts.indexOf(chosen)].getAttribute("aria-label") : "",
      table: rows.length ? makeTable(`Payments of ${chosen.label}`, ["day", "direction", "account", "amount"],
        rows.map((row) => row.map(String))) : null,
    };
  }
  return { picture, show };
}

function render({ model, el }) {
  const frame = model.get("frame");
  const id = nextId();
  const choose = (name) => {
    model.set("selected", name);
    model.save_changes();
  };
  const pick = make("select", { id: `${id}-alert`, class: "nn-alert" },
    ...frame.alerts.map((alert, i) => make("option", { value: i }, alert.option)));
  pick.addEventListener("change", () => model.send({ do: "choose", alert: Number(pick.value) }));
  const slider = make("input", { id: `${id}-day`, class: "nn-day", type: "range", step: 1 });
  const day = make("output", { for: `${id}-day` });
  const title = make("h4");
  const status = make("p", { class: "nn-line", role: "status" });
  const choice = make("div", { class: "nn-choice" });
  const plane = make("div", { class: "nn-plane" });
  const saw = make("div");
  const guess = makePrediction(frame.prediction, `${id}-guess`, (message) => model.send(message));
  const truth = makeButton("Tell the truth", () => model.send({ do: "truth" }), { "data-control": "truth" });
  const told = make("p", { class: "nn-line nn-told", "aria-live": "polite" });
  const message = make("p", { class: "nn-message", role: "alert" });
  const root = makeRoot("alerts nn-graph", frame.title,
    make("div", { class: "nn-row" }, make("label", { for: `${id}-alert` }, "Alert"), pick,
      make("label", { for: `${id}-day` }, "Payments up to day"), slider, day),
    title, plane, saw, guess.element, make("div", { class: "nn-row" }, truth), told, message);

  let shown = -1;
  let picture;
  function update() {
    const view = model.get("view");
    const alert = frame.alerts[view.alert];
    if (view.alert !== shown) {
      shown = view.alert;
      picture = makePicture(alert, frame, `${id}-${shown}`, choose);
      const days = alert.arrows.flatMap(([, , payments]) => payments.map(([when]) => when));
      slider.min = Math.min(...days);
      slider.max = alert.last;
      slider.value = alert.last;
      plane.replaceChildren(picture.picture, make("div", { class: "nn-side" }, status, choice));
      setText(title, alert.title);
      pick.value = String(shown);
      saw.replaceChildren(makeTable("What the model saw: the features that moved its score most",
        ["feature", "here", "median of past deposits", "push (log-odds)"], alert.features));
    }
    setText(day, slider.value);
    const { line, table } = picture.show(Number(slider.value), model.get("selected"), view.truth);
    setText(status, line || "Choose an account: click it, or use arrow keys and Enter.");
    choice.replaceChildren(...(table ? [table] : []));
    if (view.prediction == null) guess.element.querySelector(".nn-guess").value = "";
    guess.show(view);
    truth.disabled = view.locked;
    setText(told, [view.truth?.line, view.tally].filter(Boolean).join(" "));
    setText(message, view.message);
    root.dataset.alert = String(view.alert);
  }
  slider.addEventListener("input", update);
  const silence = listen(model, [["change:view", update], ["change:selected", update]]);
  update();
  el.append(root);
  return silence;
}

export default { render };
