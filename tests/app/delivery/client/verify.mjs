// Verifies a message as receivers do: {secret, headers, body} comes in as JSON, the payload or the refusal goes out.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
try {
  console.log(JSON.stringify({ payload: new Webhook(secret).verify(body, headers) }));
} catch (error) {
  console.log(JSON.stringify({ refused: error.message }));
}
