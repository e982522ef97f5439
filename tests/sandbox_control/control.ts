// Controls the sandbox by a generated client: every operation of the control API, as a test in TypeScript uses it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import createClient from "openapi-fetch";
import type { components, paths } from "./control-api.js";

const env = process.env as Record<string, string>;
const baseUrl = env.GOFIVE_BASE_URL;
const key = { "Ocp-Apim-Subscription-Key": env.GOFIVE_SUBSCRIPTION_KEY };
const control = createClient<paths>({ baseUrl });
const called = new Set<string>();
control.use({ onRequest: ({ request, schemaPath }) => void called.add(`${request.method} ${schemaPath}`) });

/** The body of a success, which the type knows. */
async function ok<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  assert.ok(response.ok, JSON.stringify(error));
  return data as T;
}

/** The problem of a request that is refused. */
async function problem(call: Promise<{ error?: components["schemas"]["Problem"] }>) {
  const { error } = await call;
  assert.ok(error);
  return error;
}

/** A token, as a program under test gets it. */
async function token(): Promise<string> {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: env.GOFIVE_CLIENT_ID,
    client_secret: env.GOFIVE_CLIENT_SECRET,
  });
  const response = await fetch(`${baseUrl}/authorization/connect/token`, { method: "POST", headers: key, body });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function product(code: string, bearer: string) {
  const headers = { ...key, Authorization: `Bearer ${bearer}` };
  const response = await fetch(`${baseUrl}/v2/products/${encodeURIComponent(code)}`, { headers });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

async function overview() {
  assert.equal((await ok(control.GET("/__sandbox/health"))).status, "running");
  assert.ok("paths" in (await ok(control.GET("/__sandbox/openapi.json"))));
  await product("A001", await token());
  const calls = async () => {
    const { operations } = await ok(control.GET("/__sandbox/operations"));
    return operations.find(({ operation }) => operation === "get_product")?.calls;
  };
  assert.equal(await calls(), 1);
  await ok(control.POST("/__sandbox/reset"));
  assert.equal(await calls(), 0);
}

async function stubs() {
  const businessError = { code: "4001", description: "the product is locked" };
  const stub = { operation: "get_product", when: { productCode: "A001" }, times: 1, response: { businessError } } as const;
  const mounted = await ok(control.POST("/__sandbox/stubs", { body: stub }));
  const params = { path: { id: mounted.id } };
  assert.deepEqual(await ok(control.GET("/__sandbox/stubs/{id}", { params })), mounted);
  assert.deepEqual((await ok(control.GET("/__sandbox/stubs/unused"))).stubs, [mounted]);
  const bearer = await token();
  assert.equal((await product("A002", bearer)).body.status.code, "1000");
  assert.deepEqual((await product("A001", bearer)).body.status, businessError);
  assert.deepEqual((await ok(control.GET("/__sandbox/stubs/unused"))).stubs, []);
  const forbidden = await ok(control.POST("/__sandbox/stubs", { body: { operation: "get_product", response: { status: 403 } } }));
  assert.equal((await product("A001", bearer)).status, 403);
  await ok(control.DELETE("/__sandbox/stubs/{id}", { params: { path: { id: forbidden.id } } }));
  await ok(control.POST("/__sandbox/stubs", { body: { operation: "get_product", response: { json: [null] } } }));
  assert.deepEqual((await product("A001", bearer)).body, [null]);
  await ok(control.DELETE("/__sandbox/stubs"));
  assert.deepEqual((await ok(control.GET("/__sandbox/stubs"))).stubs, []);
  const wrong = { operation: "get_product", response: { example: "docs" } } as const;
  assert.match((await problem(control.POST("/__sandbox/stubs", { body: wrong }))).detail, /it has no example `docs`/);
}

async function requests() {
  await ok(control.DELETE("/__sandbox/requests"));
  const bearer = await token();
  await product("A001", bearer);
  await product("none", bearer);
  const all = (await ok(control.GET("/__sandbox/requests"))).requests;
  const query = { operation: "get_product", limit: 1 } as const;
  const [last] = (await ok(control.GET("/__sandbox/requests", { params: { query } }))).requests;
  assert.deepEqual([last, last.status, last.headers.authorization], [all.at(-1), 400, "Bearer ***"]);
  assert.deepEqual(last.outcome, { kind: "refused", reason: "productCode none does not exist" });
}

async function faults() {
  const bearer = await token();
  const once: components["schemas"]["QueuedFaults"] = {
    operation: "get_product",
    faults: [{ kind: "too-many-requests", retryAfterMs: 2000 }],
  };
  assert.deepEqual((await ok(control.POST("/__sandbox/faults/queue", { body: once }))).queue, [once]);
  assert.deepEqual((await ok(control.GET("/__sandbox/faults/queue"))).queue, [once]);
  const limited = await product("A001", bearer);
  assert.deepEqual([limited.status, limited.headers.get("retry-after")], [429, "2"]);
  const always = { seed: 7, onTokenRequests: false, faults: [{ fault: { kind: "bad-gateway" }, probability: 1 }] } as const;
  await ok(control.PUT("/__sandbox/faults", { body: { ...always, faults: [...always.faults] } }));
  assert.equal((await product("A001", bearer)).status, 502);
  assert.deepEqual(await ok(control.GET("/__sandbox/faults")), always);
  await ok(control.POST("/__sandbox/faults/queue", { body: once }));
  await ok(control.DELETE("/__sandbox/faults/queue"));
  assert.equal((await product("A001", bearer)).status, 502);
  assert.deepEqual(await ok(control.GET("/__sandbox/faults/queue")), { queue: [], injected: 3 });
  await ok(control.DELETE("/__sandbox/faults"));
  assert.equal((await product("A001", bearer)).status, 200);
  const { presets } = await ok(control.GET("/__sandbox/faults/presets"));
  assert.ok(presets.some(({ fault }) => fault.kind === "slow-body" && fault.chunkSize === 16));
}

async function records() {
  const bolt = { productCode: "P/1", productName: "Bolt" };
  const products = { params: { path: { kind: "products" } } } as const;
  const params = { path: { kind: "products", key: "P/1" } } as const;
  assert.equal((await ok(control.POST("/__sandbox/records/{kind}", { ...products, body: bolt }))).key, "P/1");
  assert.deepEqual(await ok(control.GET("/__sandbox/records/{kind}/{key}", { params })), bolt);
  assert.equal((await product("P/1", await token())).body.data.productName, "Bolt");
  const snapshot = await ok(control.GET("/__sandbox/snapshot"));
  await ok(control.DELETE("/__sandbox/records/{kind}/{key}", { params }));
  assert.equal((await problem(control.GET("/__sandbox/records/{kind}/{key}", { params }))).status, 404);
  await ok(control.PUT("/__sandbox/snapshot", { body: snapshot }));
  assert.deepEqual((await ok(control.GET("/__sandbox/records/{kind}", products))).records.at(-1), bolt);
  await ok(control.POST("/__sandbox/records", { body: { customers: [{ customerCode: "C1" }], products: [bolt] } }));
  const { kinds } = await ok(control.GET("/__sandbox/records"));
  assert.ok(kinds.some(({ kind, count }) => kind === "products" && count > 1));
  await ok(control.PUT("/__sandbox/records/{kind}", { ...products, body: { records: [bolt] } }));
  assert.deepEqual((await ok(control.GET("/__sandbox/records/{kind}", products))).records, [bolt]);
  const wrong = { products: [bolt, { productCode: 1 }] };
  const { errors } = await problem(control.POST("/__sandbox/records", { body: wrong }));
  assert.ok(errors?.[0].pointer?.startsWith("/products/1"));
}

async function timeAndTokens() {
  let bearer = await token();
  const before = await ok(control.GET("/__sandbox/clock"));
  assert.deepEqual([before.isReal, (await ok(control.GET("/__sandbox/tokens"))).lifetimeMs], [true, 3_600_000]);
  const later = await ok(control.POST("/__sandbox/clock/advance", { body: { byMs: 3_600_000 } }));
  assert.ok(later.timeMs >= before.timeMs + 3_600_000 && !later.isReal);
  assert.equal((await product("A001", bearer)).status, 401, "the token has expired");
  await ok(control.PUT("/__sandbox/clock", { body: { timeMs: before.timeMs } }));
  assert.equal((await product("A001", bearer)).status, 200);
  await ok(control.DELETE("/__sandbox/clock"));
  for (const end of ["/__sandbox/tokens/expire", "/__sandbox/tokens/revoke"] as const) {
    bearer = await token();
    await ok(control.POST(end));
    assert.equal((await product("A001", bearer)).status, 401);
  }
  assert.equal((await ok(control.PUT("/__sandbox/tokens/lifetime", { body: { lifetimeMs: 90_000 } }))).lifetimeMs, 90_000);
}

async function webhooks() {
  const received: unknown[] = [];
  const receiver = createServer(async (request, response) => {
    const chunks = await request.toArray();
    received.push([request.headers["x-secret"], JSON.parse(Buffer.concat(chunks).toString())]);
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const secretHeader = { name: "x-secret", value: "s3cret" };
  const target = await ok(control.POST("/__sandbox/webhooks/targets", { body: { url, kinds: ["new_sales_order"], secretHeader } }));
  assert.deepEqual((await ok(control.GET("/__sandbox/webhooks/targets"))).targets, [target]);
  const faults: components["schemas"]["DeliveryFaultList"] = { faults: [{ kind: "double" }] };
  assert.deepEqual(await ok(control.POST("/__sandbox/webhooks/faults", { body: faults })), faults);
  assert.deepEqual(await ok(control.GET("/__sandbox/webhooks/faults")), faults);
  const event = { kind: "new_sales_order", patch: { Data: { SaleOrderNo: "SO1" } } } as const;
  const { deliveries } = await ok(control.POST("/__sandbox/webhooks/trigger", { body: event }));
  const first = { params: { path: { id: deliveries[0].id } } };
  const repeated = await ok(control.POST("/__sandbox/webhooks/deliveries/{id}/repeat", first));
  const log = await ok(control.GET("/__sandbox/webhooks/deliveries", { params: { query: { waitMs: 10_000 } } }));
  assert.deepEqual(log.deliveries.map(({ outcome }) => outcome.kind), ["responded", "responded", "responded"]);
  assert.deepEqual(received, Array(3).fill(["s3cret", { Data: { SaleOrderNo: "SO1" } }]));
  const params = { path: { id: repeated.id } };
  assert.equal((await ok(control.GET("/__sandbox/webhooks/deliveries/{id}", { params }))).repeats, deliveries[0].id);
  await ok(control.DELETE("/__sandbox/webhooks/targets/{id}", { params: { path: { id: target.id } } }));
  assert.equal((await problem(control.POST("/__sandbox/webhooks/trigger", { body: event }))).status, 409);
  await ok(control.POST("/__sandbox/webhooks/reset"));
  assert.deepEqual((await ok(control.GET("/__sandbox/webhooks/deliveries"))).deliveries, []);
  receiver.close();
}

for (const group of [overview, stubs, requests, faults, records, timeAndTokens, webhooks]) {
  await group();
  await control.POST("/__sandbox/reset");
  console.log(`${group.name}: done`);
}
const documented = JSON.parse(readFileSync(process.argv[2], "utf8")).paths as Record<string, object>;
const all = Object.entries(documented).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);
for (const operation of all) assert.ok(called.has(operation), `call ${operation}, too`);
console.log(`all ${all.length} operations were called`);
