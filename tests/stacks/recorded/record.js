// Writes opentelemetry-js.txt and prom-client.txt, which are kept beside it: what the exporters of
// npm make of ten minutes of a RAG program, by the semantic conventions for generative AI and HTTP.
// In an empty folder, with Node.js 20:
//   npm install @opentelemetry/exporter-prometheus@0.223.0 @opentelemetry/sdk-metrics@2.12.1 prom-client@15.1.3
//   node record.js
const { MeterProvider, AggregationType } = require("@opentelemetry/sdk-metrics");
const { PrometheusExporter } = require("@opentelemetry/exporter-prometheus");
const client = require("prom-client");
const http = require("http");
const fs = require("fs");
const exporter = new PrometheusExporter({ host: "127.0.0.1", port: 19464 });
const view = (name, boundaries) => ({ instrumentName: name, aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries } } });
const seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const tokens = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
const provider = new MeterProvider({ readers: [exporter], views: [
  view("gen_ai.client.operation.duration", seconds), view("gen_ai.client.token.usage", tokens),
  view("gen_ai.execute_tool.duration", seconds),
  view("http.server.request.duration", [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10])] });
const meter = provider.getMeter("rag-app", "1.0.0");
const duration = meter.createHistogram("gen_ai.client.operation.duration", { unit: "s", description: "GenAI operation duration." });
const usage = meter.createHistogram("gen_ai.client.token.usage", { unit: "{token}", description: "Number of input and output tokens used." });
const tool = meter.createHistogram("gen_ai.execute_tool.duration", { unit: "s", description: "Tool execution duration." });
const server = meter.createHistogram("http.server.request.duration", { unit: "s", description: "Duration of HTTP server requests." });
const active = meter.createUpDownCounter("http.server.active_requests", { unit: "{request}" });
const chat = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o", "gen_ai.response.model": "gpt-4o-2024-08-06", "gen_ai.provider.name": "openai", "server.address": "api.openai.com", "server.port": 443 };
const embed = { "gen_ai.operation.name": "embeddings", "gen_ai.request.model": "text-embedding-3-small", "gen_ai.provider.name": "openai", "server.address": "api.openai.com", "server.port": 443 };
// prom-client: a program's own metrics, with the default ones
const register = new client.Registry();
client.collectDefaultMetrics({ register });
const search = new client.Histogram({ name: "rag_search_duration_seconds", help: "Duration of a search", labelNames: ["status"], buckets: client.exponentialBuckets(0.005, 2, 10), registers: [register] });
const wait = new client.Summary({ name: "rag_queue_wait_seconds", help: "Time in the queue", percentiles: [0.5, 0.95, 0.99], registers: [register] });
const failed = new client.Counter({ name: "rag_failures_total", help: "Questions without an answer", labelNames: ["reason"], registers: [register] });
// 600 questions of ten minutes; a fixed sequence between 0 and 1
let state = 1;
const chance = () => (state = (state * 48271) % 2147483647) / 2147483647;
for (let i = 0; i < 600; i++) {
  const llm = 0.8 + 2 * chance(), e = 0.02 + 0.05 * chance(), s = 0.01 + 0.08 * chance();
  const fails = i % 100 === 7;
  duration.record(llm, fails ? { ...chat, "error.type": "timeout" } : chat);
  duration.record(e, embed);
  usage.record(900 + Math.floor(900 * chance()), { ...chat, "gen_ai.token.type": "input" });
  usage.record(60 + Math.floor(300 * chance()), { ...chat, "gen_ai.token.type": "output" });
  usage.record(12 + Math.floor(20 * chance()), { ...embed, "gen_ai.token.type": "input" });
  if (i % 3 === 0) tool.record(0.2 + chance(), { "gen_ai.tool.name": "web_search", "gen_ai.operation.name": "execute_tool" });
  server.record(llm + e + s, { "http.request.method": "POST", "http.route": "/ask", "url.scheme": "http", "http.response.status_code": fails ? 500 : 200 });
  search.observe({ status: i % 200 === 3 ? "500" : "200" }, s);
  wait.observe(0.002 * chance());
  if (fails) failed.inc({ reason: "timeout" });
}
active.add(3, { "http.request.method": "POST", "url.scheme": "http" });
http.get("http://127.0.0.1:19464/metrics", (res) => {
  let body = ""; res.on("data", (c) => (body += c)); res.on("end", async () => {
    fs.writeFileSync("opentelemetry-js.txt", body);
    fs.writeFileSync("prom-client.txt", await register.metrics());
    process.exit(0);
  });
});
