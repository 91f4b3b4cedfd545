// What a program does with Segment's library for Node: node segment.mjs ADDRESS KEY NAME
import { Analytics } from "@segment/analytics-node";

const [host, writeKey, name] = process.argv.slice(2);
const analytics = new Analytics({ writeKey, host, flushAt: 4, flushInterval: 200, httpRequestTimeout: 10000 });
analytics.on("error", (error) => {
  console.error(error.code, String(error.reason));
  process.exitCode = 1;
});

const anonymousId = `${name}-visitor`;
const userId = `${name}-17`;
analytics.page({ anonymousId, category: "offer", name: "Prices", properties: { topic: "prices", url: "https://shop.example/prices" } });
analytics.track({ anonymousId, event: "asset_downloaded", properties: { kind: "case study", pages: 12, price: 0.5, nested: { a: 1 } } });
analytics.identify({ anonymousId, userId, traits: { email: `${name}@acme.example`, job_title: "Head of care", phone: null } });
analytics.group({ userId, groupId: "acme", traits: { name: "Acme", employees: 120 } });
analytics.track({ userId, event: "demo_requested", timestamp: new Date("2026-05-01T12:00:00.250Z"), context: { campaign: { source: "news", medium: "Email" } } });
analytics.screen({ userId, name: "Roster" });
analytics.alias({ userId, previousId: `${name}-before` });
await analytics.closeAndFlush();
