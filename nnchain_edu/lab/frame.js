// What the widgets share. It stands before each widget's own file, in one ES module.

// Text from a state, a chain or a learner only ever becomes text: nothing here parses HTML.
const SVG = "http://www.w3.org/2000/svg";

function build(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}
const make = (tag, attributes = {}, ...children) => build(document.createElement(tag), attributes, children);
const draw = (tag, attributes = {}, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function makeButton(text, action, attributes = {}) {
  const button = make("button", { type: "button", ...attributes }, text);
  button.addEventListener("click", action);
  return button;
}

// JupyterLab swallows what Enter does by itself in a field.
function onEnter(input, action) {
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    action();
  });
}

function makeTable(caption, columns, rows) {
  const head = make("tr", {}, ...columns.map((column) => make("th", { scope: "col" }, column)));
  const body = rows.map((cells) => make("tr", {}, ...cells.map((cell, i) =>
    make(i ? "td" : "th", i ? {} : { scope: "row" }, cell))));
  const table = make("table", {}, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...body));
  // a wide table scrolls, and what scrolls must be reachable by keyboard
  return make("div", { class: "nn-scroll", role: "region", tabindex: 0, "aria-label": caption }, table);
}

// The question to answer before the first run; `show` takes {prediction, locked}.
function makePrediction(spec, id, send) {
  const empty = make("option", { value: "" }, "choose");
  const input = spec.kind === "choice"
    ? make("select", { id }, empty, ...spec.options.map((option) => make("option", { value: option }, option)))
    : make("input", { id, type: "text", inputmode: "decimal", autocomplete: "off", size: 8 });
  input.dataset.trial = spec.trial;
  input.classList.add("nn-guess");
  const button = make("button", { type: "submit" }, "Predict");
  const row = make("div", { class: "nn-row" }, input, ...(spec.unit ? [make("span", {}, spec.unit)] : []), button);
  const form = make("form", { class: "nn-prediction" },
    make("label", { for: id }, make("b", {}, "Your prediction. "), spec.question), row);
  if (spec.kind === "number") onEnter(input, () => form.requestSubmit());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send({ do: "predict", value: input.value });
  });
  const show = (view) => {
    if (view.prediction != null && document.activeElement !== input) input.value = view.prediction;
    setText(button, view.prediction == null ? "Predict" : "Predict again");
    form.classList.toggle("nn-open", view.locked);
  };
  return { element: form, show };
}

function makeRoot(name, title, ...children) {
  const root = make("section", { class: `nn-lab nn-${name}`, "aria-label": title }, make("h3", {}, title), ...children);
  // or an arrow key in a slider would move JupyterLab's cell selection, and a letter in a choice edit cells;
  // the mark counts only on the very element that has the focus
  root.addEventListener("focusin", (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
  return root;
}

// Call each action on its event of the model; the function returned undoes that.
function listen(model, wires) {
  for (const [event, action] of wires) model.on(event, action);
  return () => { for (const [event, action] of wires) model.off(event, action); };
}

let widgets = 0; // several widgets on one page need ids of their own
const nextId = () => `nn-${++widgets}-${Math.random().toString(36).slice(2, 8)}`;

