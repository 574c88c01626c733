// An integrator's whole job with the types that openapi-typescript makes of the contract, and openapi-fetch.
// It knows what the contract says, a shop, and a name with its secret; nothing else.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import createClient from "openapi-fetch";

import type { components, paths } from "./redress.js";

const told = (name: string): string => process.env[name] ?? assert.fail(`${name} is missing`);
const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const api = createClient<paths>({ baseUrl: told("REDRESS") });
const shop = told("SHOP");

const given = <Data>(answer: { data?: Data; error?: unknown }): NonNullable<Data> =>
  answer.data ?? assert.fail(JSON.stringify(answer.error));

const tokens = given(
  await api.POST("/api/v1/token/", { body: { username: told("NAME"), password: told("SECRET") } }),
);
api.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${tokens.access}`);
    return request;
  },
});

const sent: components["schemas"]["OrderRequest"] = {
  placed_at: ago(5),
  updated_at: ago(2),
  currency: "EUR",
  customer: { reference: "K-7", name: "Kim Sample", email: "kim@example.com" },
  lines: [
    {
      reference: "L1",
      sku: "CUP",
      name: "Blue cup",
      quantity: 3,
      unit_price: "10.00",
      gross: "30.00",
      tax: "5.00",
    },
  ],
  payments: [{ reference: "P1", gateway: "manual", captured: "30.00" }],
  deliveries: [{ reference: "D1", delivered_at: ago(1), lines: [{ line: "L1", quantity: 3 }] }],
};
const path = { shop, reference: "WEB/1001" };
const mirrored = await api.PUT("/api/v1/shops/{shop}/orders/{reference}/", { params: { path }, body: sent });
assert.equal(mirrored.response.status, 201);
const order = given(await api.GET("/api/v1/shops/{shop}/orders/{reference}/", { params: { path } }));
assert.deepEqual(
  order.lines.map((line) => line.refundable_quantity),
  [3],
);

const opened = given(
  await api.POST("/api/v1/cases/", {
    params: { header: { "Idempotency-Key": randomUUID() } },
    body: {
      shop,
      order: order.reference,
      subject: "Two cups broke",
      body: "In pieces.",
      category: "damaged",
      priority: "normal",
      channel: "api",
      lines: [],
    },
  }),
);

const two = { shop, order: order.reference, lines: [{ line: "L1", quantity: 2 }], shipping: "none" as const };
const quote = given(await api.POST("/api/v1/refunds/quote/", { body: two }));
assert.ok(quote.allowed);
assert.equal(quote.total.amount, "20.00");

const params = { header: { "Idempotency-Key": randomUUID() } };
const body = { ...two, case: opened.number, reason: "damaged" as const, note: "", version: quote.version };
const first = given(await api.POST("/api/v1/refunds/", { params, body }));
const again = await api.POST("/api/v1/refunds/", { params, body });
assert.equal(again.response.headers.get("Idempotent-Replayed"), "true");
assert.deepEqual(again.data, first);

const refund = given(
  await api.GET("/api/v1/refunds/{reference}/", { params: { path: { reference: first.reference } } }),
);
assert.equal(refund.case, opened.number);

const refused = await api.POST("/api/v1/refunds/", {
  params: { header: { "Idempotency-Key": randomUUID() } },
  body,
});
assert.ok(refused.error && [409, 422].includes(refused.error.status), JSON.stringify(refused));

console.log(refund.status, refund.total.amount, refund.total.currency);
