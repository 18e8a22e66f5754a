// The browser's half of a file exchange: the download is a link to a blob, the upload goes in pieces.

function render({ model, el }) {
  const frame = model.get("frame");
  const id = nextId();
  const give = makeButton(frame.give, () => {
    give.disabled = true;
    model.send({ do: "give" });
  }, { class: "nn-start" });
  const field = make("input", { id, type: "file", accept: ".zip,application/zip" });
  const label = make("label", { for: id }, `${frame.take}:`);
  const line = make("p", { class: "nn-line", role: "status" });
  const message = make("div", { class: "nn-message", role: "alert" });
  const root = makeRoot("exchange", frame.title, make("p", {}, frame.about), make("div", { class: "nn-row" }, give),
    make("div", { class: "nn-row" }, label, field), line, message);

  let file = null; // the one that is on its way
  let own = ""; // what the page itself refuses
  const free = () => {
    file = null;
    give.disabled = field.disabled = false;
  };
  const drawText = () => {
    setText(line, model.get("line"));
    setText(message, own || model.get("message"));
    if (model.get("message")) free();
  };
  const refuse = (why) => {
    own = why;
    free();
    drawText();
  };
  async function sendPiece(at) {
    if (!file) return;
    try {
      const piece = await file.slice(at, at + frame.piece).arrayBuffer();
      model.send({ do: "take", at, size: file.size }, undefined, [piece]);
    } catch (error) {
      refuse(`The file cannot be read: ${error.message}.`);
    }
  }
  field.addEventListener("change", () => {
    own = "";
    [file] = field.files;
    if (!file) return;
    if (file.size > frame.largest || !file.size) {
      const limit = frame.largest.toLocaleString("en");
      refuse(`The file has ${file.size.toLocaleString("en")} bytes; 1 to ${limit} are accepted.`);
    } else {
      give.disabled = field.disabled = true;
      sendPiece(0);
    }
    drawText();
  });
  function download(buffer) {
    const address = URL.createObjectURL(new Blob([buffer], { type: "application/zip" }));
    const link = make("a", { href: address, download: frame.name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
  const answer = (content, buffers) => {
    own = "";
    if ("made" in content) download(buffers[0]);
    if ("next" in content) {
      sendPiece(content.next);
      return;
    }
    free();
    field.value = ""; // the same file may be chosen again
    drawText();
  };
  const silence = listen(model, [["msg:custom", answer], ["change:line", drawText], ["change:message", drawText]]);
  el.append(root);
  drawText();
  return silence;
}

export default { render };
