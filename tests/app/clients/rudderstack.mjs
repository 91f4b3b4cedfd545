// What a program does with RudderStack's library for Node: node rudderstack.mjs ADDRESS KEY NAME
import RudderAnalytics from "@rudderstack/rudder-sdk-node";

const [dataPlaneUrl, writeKey, name] = process.argv.slice(2);
const analytics = new RudderAnalytics(writeKey, { dataPlaneUrl, flushAt: 4, flushInterval: 200, logLevel: "error" });

const anonymousId = `${name}-visitor`;
const userId = `${name}-17`;
analytics.page({ anonymousId, category: "offer", name: "Prices", properties: { topic: "prices", url: "https://shop.example/prices" } });
analytics.track({ anonymousId, event: "asset_downloaded", properties: { kind: "case study", pages: 12, price: 0.5, nested: { a: 1 } } });
analytics.identify({ anonymousId, userId, traits: { email: `${name}@acme.example`, job_title: "Head of care", phone: null } });
analytics.group({ userId, groupId: "acme", traits: { name: "Acme", employees: 120 } });
analytics.track({ userId, event: "demo_requested", timestamp: new Date("2026-05-01T12:00:00.250Z"), context: { campaign: { source: "news", medium: "Email" } } });
analytics.screen({ userId, name: "Roster" });
analytics.alias({ userId, previousId: `${name}-before` });
await analytics.flush();
