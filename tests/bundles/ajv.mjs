// Compiles every schema of the bundles with Ajv in strict mode, which refuses unknown keywords and formats, and checks with
// it what a bundle promises: the examples match their schemas, and a response may be empty or null in every property.
//
//   node ajv.mjs ../../gofive-spec/bundled/venio.json …

import { readFileSync } from "node:fs";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const problems = [];
let compiled = 0;
let checked = 0;

for (const file of process.argv.slice(2)) {
  const document = JSON.parse(readFileSync(file, "utf8"));
  const components = { schemas: document.components.schemas };
  const ajv = addFormats(new Ajv({ strict: true, strictTypes: true, allowUnionTypes: false }));
  // What OpenAPI adds to JSON schema, and the extensions: keywords that validate nothing.
  ajv.addVocabulary(["components", "example", ...extensions(document)]);

  const compile = (schema, where) => {
    try {
      const validate = ajv.compile({ ...schema, components });
      compiled += 1;
      return (value, what) => {
        checked += 1;
        if (!validate(value)) problems.push(`${file}: ${where}: ${what}: ${ajv.errorsText(validate.errors)}`);
      };
    } catch (error) {
      problems.push(`${file}: ${where}: ${error.message}`);
      return () => {};
    }
  };

  for (const [name, schema] of Object.entries(components.schemas)) {
    const check = compile(schema, name);
    // These lists are in the schemas of responses only.
    if ("x-gofive-required" in schema) {
      const required = (schema.required ?? []).map((property) => [property, null]);
      check(Object.fromEntries(required), "an empty response");
      check(Object.fromEntries(Object.keys(schema.properties).map((property) => [property, null])), "nothing but null");
    }
  }
  for (const { id, media, where } of bodies(document)) {
    const check = compile(media.schema, `${id}: ${where}`);
    for (const [name, example] of Object.entries(media.examples ?? {})) check(example.value, `example ${name}`);
  }
  for (const { id, parameter } of parameters(document)) {
    const check = compile(parameter.schema, `${id}: ${parameter.name}`);
    if ("example" in parameter) check(parameter.example, "example");
  }
}

console.log(`Ajv: ${compiled} schemas, ${checked} values, ${problems.length} problems`);
problems.forEach((problem) => console.error(problem));
process.exitCode = problems.length === 0 && compiled > 0 ? 0 : 1;

// All names of extensions in the document.
function extensions(document) {
  const names = new Set();
  const walk = (value) => {
    if (value === null || typeof value !== "object") return;
    for (const [name, inner] of Object.entries(value)) {
      if (name.startsWith("x-")) names.add(name);
      walk(inner);
    }
  };
  walk(document);
  return names;
}

function* operations(document) {
  for (const section of ["paths", "x-webhooks"]) {
    for (const item of Object.values(document[section] ?? {})) yield* Object.values(item);
  }
}

function* bodies(document) {
  for (const operation of operations(document)) {
    const id = operation.operationId;
    const request = Object.entries(operation.requestBody?.content ?? {});
    for (const [type, media] of request) yield { id, media, where: `request, ${type}` };
    for (const [status, response] of Object.entries(operation.responses)) {
      for (const media of Object.values(response.content ?? {})) yield { id, media, where: `response ${status}` };
    }
  }
  for (const [name, response] of Object.entries(document.components.responses ?? {})) {
    for (const media of Object.values(response.content ?? {})) yield { id: name, media, where: "shared response" };
  }
}

function* parameters(document) {
  for (const operation of operations(document)) {
    for (const parameter of operation.parameters ?? []) yield { id: operation.operationId, parameter };
  }
}
