// The browser's half of a bench: draws the snapshot it is sent, reports what the learner did. No build step.

function makeControl(spec, id, report) {
  const written = (value) =>
    `${Number(value).toFixed(spec.decimals)}${spec.unit ? " " + spec.unit : ""}`.replace("-", "\u2212");
  if (spec.kind === "slider") {
    const output = make("output", { for: id, class: "nn-value" });
    const input = make("input", {
      id, type: "range", min: spec.low, max: spec.high, step: spec.step, "data-control": spec.name,
    });
    input.addEventListener("input", () => {
      setText(output, written(input.value));
      input.setAttribute("aria-valuetext", written(input.value));
      report(spec.name, Number(input.value));
    });
    const show = (value) => {
      input.value = value;
      setText(output, written(value));
      input.setAttribute("aria-valuetext", written(value));
    };
    const head = make("div", { class: "nn-head" }, make("label", { for: id }, spec.label), output);
    return { element: make("div", { class: "nn-control" }, head, input), show };
  }
  if (spec.kind === "choice") {
    const options = spec.options.map((option, i) => make("option", { value: i }, String(option)));
    const input = make("select", { id, "data-control": spec.name }, ...options);
    input.addEventListener("change", () => report(spec.name, spec.options[Number(input.value)]));
    const show = (value) => { input.value = spec.options.indexOf(value); };
    return { element: make("div", { class: "nn-control" }, make("label", { for: id }, spec.label), input), show };
  }
  if (spec.kind === "text") {
    const input = make("input", {
      id, type: "text", maxlength: spec.longest, class: "nn-code", "data-control": spec.name,
      autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    });
    input.addEventListener("change", () => report(spec.name, input.value)); // Enter, or leaving the field
    const show = (value) => { if (input.value !== value) input.value = value; };
    return { element: make("div", { class: "nn-control" }, make("label", { for: id }, spec.label), input), show };
  }
  const input = make("input", { id, type: "checkbox", "data-control": spec.name });
  input.addEventListener("change", () => report(spec.name, input.checked));
  const show = (value) => { input.checked = value; };
  return { element: make("div", { class: "nn-control nn-toggle" }, input, make("label", { for: id }, spec.label)), show };
}

function render({ model, el }) {
  const frame = model.get("frame");
  const id = nextId();
  let seq = model.get("view").seq; // number of the last report; the view says which one it answers
  let waiting = false;
  let later = {}; // what was turned while the last report is being answered: only the newest value counts

  const send = (content) => {
    if (content.do !== "set" && Object.keys(later).length) flush(); // first what was turned before the press
    seq += 1;
    waiting = true;
    root.dataset.state = "waiting";
    model.send({ ...content, seq });
  };
  const report = (name, value) => {
    later[name] = value;
    root.dataset.state = "waiting";
    if (!waiting) flush();
  };
  const flush = () => {
    const values = later;
    later = {};
    send({ do: "set", values });
  };

  const inputs = {};
  const buttons = [];
  const knobs = make("fieldset", { class: "nn-controls" }, make("legend", { class: "nn-hidden" }, "Controls"));
  frame.controls.forEach((spec, i) => {
    if (spec.kind === "button") {
      const press = () => send({ do: "press", name: spec.name });
      buttons.push(makeButton(spec.label, press, { "data-control": spec.name }));
      return;
    }
    inputs[spec.name] = makeControl(spec, `${id}-${i}`, report);
    knobs.append(inputs[spec.name].element);
  });
  const prediction = frame.prediction && makePrediction(frame.prediction, `${id}-guess`, send);

  const startOrStop = () => send({ do: model.get("view").running ? "stop" : "start" });
  const start = frame.start && makeButton(frame.start, startOrStop, { class: "nn-start" });
  const reset = makeButton("Reset", () => send({ do: "reset" }), { class: "nn-reset" });
  const actions = make("div", { class: "nn-row" }, ...(start ? [start] : []), ...buttons, reset);

  const bar = make("progress", { max: 1, value: 0, "aria-label": "Progress of the training" });
  const barText = make("span", { class: "nn-bar-text" });
  const progress = make("div", { class: "nn-progress" }, bar, barText);
  const message = make("div", { class: "nn-message", role: "alert" });
  const image = make("img", { alt: frame.title, "aria-describedby": `${id}-line` });
  const line = make("p", { class: "nn-line", id: `${id}-line`, role: "status" });
  const comparison = make("p", { class: "nn-comparison", role: "status" });

  const side = make("div", { class: "nn-side" }, ...(prediction ? [prediction.element] : []), knobs, actions,
    ...(start ? [progress] : []), message);
  const main = make("div", { class: "nn-main" }, image, line, comparison);
  const root = makeRoot("bench", frame.title, make("div", { class: "nn-columns" }, side, main));
  root.dataset.state = "waiting";
  knobs.hidden = !knobs.querySelector(".nn-control");

  let address = null;
  let updates = 0;
  async function showPicture(data) {
    const old = address;
    if (!data || !data.byteLength) {
      image.hidden = true;
      return;
    }
    address = URL.createObjectURL(new Blob([data], { type: "image/png" }));
    const mine = address;
    const next = new Image();
    next.src = mine;
    await next.decode().catch(() => {}); // swap only what is ready: no blank frame between two pictures
    if (mine === address) {
      image.src = mine;
      image.hidden = false;
    }
    if (old) URL.revokeObjectURL(old);
  }

  function update() {
    const view = model.get("view");
    const answered = view.seq >= seq;
    if (answered) {
      waiting = false;
      if (Object.keys(later).length) flush();
    }
    if (!waiting) {
      for (const [name, value] of Object.entries(view.values)) inputs[name].show(value);
    }
    const closed = view.locked || view.running;
    knobs.disabled = closed;
    for (const button of buttons) button.disabled = closed;
    if (start) {
      start.disabled = view.locked;
      setText(start, view.running ? "Stop" : frame.start);
    }
    prediction?.show(view);
    setText(line, view.line);
    setText(comparison, view.comparison);
    comparison.hidden = !view.comparison;
    setText(message, view.message);
    const mine = ++updates;
    showPicture(view.picture).then(() => {
      // pictures get ready in any order: only the newest one's snapshot says how things stand
      if (mine === updates) root.dataset.state = waiting ? "waiting" : view.running ? "running" : "idle";
    });
  }
  function updateProgress() {
    const { fraction, text } = model.get("progress");
    bar.value = fraction;
    setText(barText, text);
  }
  const silence = listen(model, [["change:view", update], ["change:progress", updateProgress]]);
  update();
  updateProgress();
  el.append(root);
  return () => {
    silence();
    if (address) URL.revokeObjectURL(address);
  };
}

export default { render };
