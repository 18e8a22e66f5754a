// Accounts as shapes that can be chosen, and the arrows between them: what pictures of payments share.

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

// The head of an arrow.
function makeTip(id) {
  return draw("marker", {
    id, viewBox: "0 0 10 10", refX: 1, refY: 5, markerWidth: 10, markerHeight: 10, orient: "auto",
    markerUnits: "userSpaceOnUse",
  }, draw("path", { d: "M 0 0 L 10 5 L 0 10 z", class: "nn-tip" }));
}

// A circle, or a square where it is marked, for each account {name, label, mark, x, y, text}; `choose(name)` hears
// clicks and keys: arrows, Home and End go from one to the next, Enter chooses, Escape chooses none.
function makeAccounts(accounts, choose) {
  const nodes = accounts.map((account, i) => {
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
  return nodes;
}

