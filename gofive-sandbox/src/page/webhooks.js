// Webhooks: targets, events, deliveries and their faults.

function drawWebhooks({ eventKinds, targets, deliveries, deliveryFaults }) {
  const kinds = eventKinds.map((kind) => [kind, kind]);
  fillSelect(byId("target-kind"), [["", "all"], ...kinds]);
  fillSelect(byId("trigger-kind"), kinds);
  fillSelect(byId("trigger-target"), [["", "all"], ...targets.map(({ id, url }) => [String(id), `${id}: ${url}`])]);
  drawList("target-list", targets, "No targets.", targetRow);
  drawList("delivery-list", deliveries.toReversed(), "No deliveries.", deliveryRow);
  const faults = deliveryFaults.map(({ kind, byMs, waitMs }) => [kind, byMs ?? waitMs].filter((part) => part !== undefined).join(" "));
  byId("delivery-faults").textContent = faults.length ? `Queued: ${faults.join(", ")}.` : "None is queued.";
}

function targetRow({ id, url, kinds, secretHeader }) {
  return element(
    "li",
    {},
    element(
      "div",
      { class: "grow" },
      element("strong", {}, `${id}: ${url}`),
      line(kinds?.length ? kinds.join(", ") : "all events"),
      secretHeader ? line(`with the header ${secretHeader}`) : null,
    ),
    rowButton("Remove", `Remove target ${id}`, () => run(async () => {
      await remove(`webhooks/targets/${id}`);
      return `Target ${id} was removed.`;
    })),
  );
}

const DELIVERIES = { responded: "good", failed: "bad", lost: "bad", pending: "neutral" };

function deliveryRow({ id, target, url, kind, body, repeats, fault, outcome }) {
  const isGood = outcome.kind !== "responded" || outcome.status < 300;
  return element(
    "li",
    {},
    element(
      "div",
      { class: "grow" },
      element("strong", {}, `${id}: ${kind ?? "an event of your own"}`),
      line(`to target ${target}, ${url}${repeats ? `, repeats ${repeats}` : ""}`),
      outcome.reason ? line(outcome.reason) : null,
    ),
    badge(outcome.status ? `${outcome.kind}: ${outcome.status}` : outcome.kind, isGood ? DELIVERIES[outcome.kind] : "bad"),
    fault ? badge(fault.kind, "bad") : null,
    rowButton("Repeat", `Repeat delivery ${id}`, () => run(async () => {
      const repeated = await post(`webhooks/deliveries/${id}/repeat`);
      return `Delivery ${repeated.id} repeats delivery ${id}.`;
    })),
    more(`delivery ${id}`, "Body and outcome", json({ body, outcome })),
  );
}

function startWebhooks() {
  onSubmit("target-form", async () => {
    const [name, value, kind] = ["target-header", "target-secret", "target-kind"].map((id) => byId(id).value);
    const secretHeader = name ? { name, value } : undefined;
    const target = { url: byId("target-url").value, kinds: kind ? [kind] : undefined, secretHeader };
    const { id } = await post("webhooks/targets", target);
    byId("target-secret").value = "";
    return `Target ${id} was added.`;
  });
  onSubmit("trigger-form", async () => {
    const target = byId("trigger-target").value ? Number(byId("trigger-target").value) : undefined;
    const patch = readJson("trigger-patch", "The changes");
    const { deliveries } = await post("webhooks/trigger", { kind: byId("trigger-kind").value, patch, target });
    return deliveries.length ? `The event is sent; deliveries: ${deliveries.length}.` : "No target gets this event.";
  });
  onSubmit("delivery-fault-form", async () => {
    const [kind, time] = [byId("delivery-fault").value, readNumber("delivery-fault-time")];
    const times = { late: { byMs: time }, "out-of-order": { waitMs: time } };
    await post("webhooks/faults", { faults: [{ kind, ...times[kind] }] });
    return "The next event has the fault.";
  });
  onClick("webhooks-reset", async () => {
    await post("webhooks/reset");
    return "Targets, deliveries and their faults were removed.";
  });
}

