// What changes the responses of the sandbox: stubs and faults.

function drawRules({ operations, stubs, faults, queue, presets }) {
  const options = operations.map(({ operation }) => [operation, operation]);
  for (const select of document.querySelectorAll("select.operations")) fillSelect(select, options);
  fillSelect(byId("fault-preset"), presets.map(({ name, description }) => [name, `${name}: ${description}`]));
  if (!byId("fault-json").value) showPreset();
  showExamples();
  drawList("stub-list", stubs, "No stubs.", stubRow);
  drawList("fault-list", faults.faults, "No random faults.", faultRow);
  const queued = queue.flatMap(({ operation, faults }) => faults.map((fault, index) => ({ operation, fault, index })));
  drawList("queue-list", queued, "No queued faults.", ({ operation, fault, index }) =>
    element("li", {}, element("strong", {}, operation), `call ${index + 1}`, element("code", {}, JSON.stringify(fault))));
}

function stubRow({ id, used, stub }) {
  const { operation, when, times, response } = stub;
  return element(
    "li",
    {},
    element(
      "div",
      { class: "grow" },
      element("strong", {}, `${id}: ${operation}`),
      when === undefined || when === null ? null : line(`when ${JSON.stringify(when)}`),
      line(JSON.stringify(response)),
    ),
    `used ${used}${times ? ` of ${times}` : ""} times`,
    rowButton("Remove", `Remove stub ${id}`, () => run(async () => {
      await remove(`stubs/${id}`);
      return `Stub ${id} was removed.`;
    })),
  );
}

const faultRow = ({ fault, probability }) =>
  element("li", {}, element("strong", {}, `probability ${probability}`), element("code", {}, JSON.stringify(fault)));

const preset = () => last.presets.find(({ name }) => name === byId("fault-preset").value);

function showPreset() {
  byId("fault-json").value = JSON.stringify(preset()?.fault ?? {});
}

function readFault() {
  const fault = readJson("fault-json", "The fault");
  if (fault === undefined) throw new Error("There is no fault; choose a kind, or write one as JSON.");
  return fault;
}

function showExamples() {
  const chosen = last.operations.find(({ operation }) => operation === byId("stub-operation").value);
  fillSelect(byId("stub-example"), (chosen?.examples ?? []).map((name) => [name, name]));
}

/** Shows the fields of the kind of response that is chosen. */
function showResponseFields() {
  const kind = byId("stub-kind").value;
  for (const field of document.querySelectorAll("[data-for]")) field.hidden = !field.dataset.for.split(" ").includes(kind);
}

function stubResponse() {
  const status = readNumber("stub-status");
  switch (byId("stub-kind").value) {
    case "businessError":
      return { businessError: { code: byId("stub-code").value, description: byId("stub-description").value } };
    case "status":
      return { status };
    case "json":
      return { status, json: readJson("stub-body", "The body") ?? null };
    case "text":
      return { status, text: byId("stub-body").value };
    default:
      return { example: byId("stub-example").value };
  }
}

function startRules() {
  byId("stub-operation").addEventListener("change", showExamples);
  byId("stub-kind").addEventListener("change", showResponseFields);
  byId("fault-preset").addEventListener("change", showPreset);
  showResponseFields();
  onSubmit("stub-form", async () => {
    const response = { ...stubResponse(), delayMs: readNumber("stub-delay") };
    const when = readJson("stub-when", "What requests have to contain");
    const { id } = await post("stubs", { operation: byId("stub-operation").value, when, times: readNumber("stub-times"), response });
    return `Stub ${id} was added.`;
  });
  onClick("stubs-clear", async () => {
    await remove("stubs");
    return "All stubs were removed.";
  });
  onClick("queue-clear", async () => {
    await remove("faults/queue");
    return "All queued faults were removed.";
  });
  onClick("faults-clear", async () => {
    await remove("faults");
    return "All faults were removed.";
  });
  onSubmit("queue-form", async () => {
    const operation = byId("fault-operation").value;
    await post("faults/queue", { operation, faults: [readFault()] });
    return `The next call of ${operation} has the fault.`;
  });
  onSubmit("random-form", async () => {
    const added = { fault: readFault(), probability: readNumber("fault-probability") };
    const { faults } = await get("faults");
    const [seed, onTokenRequests] = [readNumber("fault-seed"), byId("fault-tokens").checked];
    await put("faults", { seed, onTokenRequests, faults: [...faults, added] });
    return "The random fault was added.";
  });
}

