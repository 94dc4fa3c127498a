// Runs the CloudFront function of the template as CloudFront would: events in, answers out.
const { code, events } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const handler = new Function(`"use strict"; ${code}; return handler;`)();
process.stdout.write(JSON.stringify(events.map((event) => handler(event))));
