// What the sandbox remembers.

/** The most records that are shown. */
const SHOWN = 200;

function drawRecords({ kinds, records }) {
  fillSelect(byId("record-kind"), kinds.map(({ kind, count }) => [kind, `${kind} (${count})`]));
  const { kind, key } = kinds.find(({ kind }) => kind === byId("record-kind").value);
  const shown = records.slice(0, SHOWN).map((record) => ({ kind, key: String(record[key]), record }));
  const rest = records.length - shown.length;
  drawList("record-list", rest ? [...shown, { rest }] : shown, "No records.", recordRow);
}

function recordRow({ kind, key, record, rest }) {
  if (rest) return element("li", { class: "empty" }, `${rest} more`);
  return element(
    "li",
    {},
    element("strong", { class: "grow" }, key),
    buttons(
      rowButton("Edit", `Edit ${kind} ${key}`, () => {
        byId("record-json").value = JSON.stringify(record, null, 2);
        byId("record-json").focus();
      }),
      rowButton("Delete", `Delete ${kind} ${key}`, () => run(async () => {
        await remove(`records/${kind}/${encodeURIComponent(key)}`);
        return `The record ${key} was deleted.`;
      })),
    ),
    more(`record ${kind} ${key}`, "Properties", json(record)),
  );
}

function startRecords() {
  byId("record-kind").addEventListener("change", () => run(async () => ""));
  onSubmit("record-form", async (button) => {
    const [kind, record] = [byId("record-kind").value, readJson("record-json", "The record")];
    if (button?.name === "replace") {
      await put(`records/${kind}`, { records: Array.isArray(record) ? record : [record] });
      return `All ${kind} were replaced.`;
    }
    if (Array.isArray(record)) {
      await post("records", { [kind]: record });
      return `${record.length} records were added or replaced.`;
    }
    const { key } = await post(`records/${kind}`, record);
    return `The record ${key} was added or replaced.`;
  });
  onClick("snapshot-save", async () => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(await get("snapshot"), null, 2)], { type: "application/json" }));
    element("a", { href: url, download: "gofive-sandbox.json" }).click();
    URL.revokeObjectURL(url);
    return "All records were saved.";
  });
  byId("snapshot-file").addEventListener("change", () => run(async () => {
    const [file] = byId("snapshot-file").files;
    const text = await file.text();
    byId("snapshot-file").value = "";
    let snapshot;
    try {
      snapshot = JSON.parse(text);
    } catch (error) {
      throw new Error(`${file.name} is not JSON: ${error.message}`);
    }
    await put("snapshot", snapshot);
    return `All records were replaced by those of ${file.name}.`;
  }));
}

