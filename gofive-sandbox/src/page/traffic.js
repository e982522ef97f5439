// The operations with their state, and the last requests with their outcome.

function drawOperations({ operations, stubs, queue }) {
  const words = byId("operation-filter").value.toLowerCase().split(" ").filter(Boolean);
  const states = operations.map((operation) => {
    const stubbed = stubs.filter(({ stub }) => stub.operation === operation.operation).length;
    const queued = queue.filter((queued) => queued.operation === operation.operation).flatMap(({ faults }) => faults).length;
    return { ...operation, stubbed, queued };
  });
  const shown = states.filter(({ operation, path, summary, product, calls, stubbed, queued }) => {
    const text = `${operation} ${path} ${summary} ${product}`.toLowerCase();
    const active = calls + stubbed + queued > 0 || !byId("operation-active").checked;
    return active && words.every((word) => text.includes(word));
  });
  const count = `${shown.length} of ${operations.length} operations`;
  if (byId("operation-count").textContent !== count) byId("operation-count").textContent = count;
  drawList("operation-list", shown, "No operation.", operationRow);
}

function operationRow({ operation, product, method, path, summary, calls, carriedOut, stubbed, queued }) {
  const plural = (count, name) => (count ? badge(`${count} ${name}${count > 1 ? "s" : ""}`, "bad") : null);
  const choose = (select, section) => () => {
    byId(select).value = operation;
    byId(select).dispatchEvent(new Event("change"));
    byId(section).scrollIntoView();
    byId(select).focus();
  };
  return element(
    "li",
    {},
    element(
      "div",
      { class: "grow" },
      element("strong", {}, operation),
      line(`${method} ${path}`),
      line(`${product}: ${summary}`),
      calls ? badge(`${calls} called, ${carriedOut} carried out`, "good") : null,
      plural(stubbed, "stub"),
      plural(queued, "fault"),
    ),
    buttons(
      rowButton("Stub", `Stub ${operation}`, choose("stub-operation", "stub-form")),
      rowButton("Fault", `Fault in ${operation}`, choose("fault-operation", "fault-form")),
    ),
  );
}

const OUTCOMES = {
  "carried-out": () => ["carried out", "good"],
  refused: () => ["refused", "bad"],
  stubbed: ({ stub }) => [`stub ${stub}`, "neutral"],
  prevented: () => ["prevented by a fault", "bad"],
};

function drawRequests(requests) {
  drawList("request-list", requests.toReversed(), "No request yet.", requestRow);
}

function requestRow({ number, timeMs, method, path, query, headers, body, operation, status, outcome, faults }) {
  const [text, tone] = (OUTCOMES[outcome.kind] ?? (() => [outcome.kind, "neutral"]))(outcome);
  return element(
    "li",
    {},
    element(
      "div",
      { class: "grow" },
      element("strong", {}, operation ?? "no operation"),
      line(`${clockTime(timeMs)} ${method} ${path}`),
      outcome.reason ? line(outcome.reason) : null,
    ),
    badge(status === null ? "reset" : String(status), status !== null && status < 400 ? "good" : "bad"),
    badge(text, tone),
    ...faults.map((fault) => badge(fault.kind, "bad")),
    more(`request ${number}`, `Request ${number}`, json({ query, headers, body, faults })),
  );
}

function startTraffic() {
  byId("operation-filter").addEventListener("input", () => drawOperations(last));
  byId("operation-active").addEventListener("change", () => drawOperations(last));
  onClick("requests-clear", async () => {
    await remove("requests");
    return "All requests were removed.";
  });
}

