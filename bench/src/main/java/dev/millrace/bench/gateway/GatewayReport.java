package dev.millrace.bench.gateway;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.gateway.GatewayFigures.Comparison;
import dev.millrace.bench.report.JsonFigures;
import dev.millrace.bench.report.TextTable;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the figures of {@code bench gateway} for people and as JSON. */
final class GatewayReport {
    private GatewayReport() {}

    /** Returns the figures as text tables. */
    static String text(GatewayFigures figures) {
        var text = new StringBuilder();
        appendComparison(text, "answer", figures.latency());
        appendStages(text, figures.latency());
        appendThroughput(text, figures.throughput());
        appendComparison(text, "first token", figures.stream());
        figures.upload()
                .ifPresent(
                        it ->
                                text.append(
                                        String.format(
                                                Locale.ROOT,
                                                "upload of %,d bytes in chunks: %.1f s; live heap %,d MiB before, %,d MiB in the middle, %,d MiB after%n",
                                                it.bytes(),
                                                it.seconds(),
                                                it.heapBeforeMib(),
                                                it.heapMiddleMib(),
                                                it.heapAfterMib())));
        figures.idle()
                .ifPresent(
                        it ->
                                text.append(
                                        String.format(
                                                Locale.ROOT,
                                                "%,d idle connections: live heap %,d MiB without, %,d MiB with them; an answer's P50 %.1f ms without, %.1f ms beside them%n",
                                                it.connections(),
                                                it.heapBeforeMib(),
                                                it.heapWithMib(),
                                                it.without().millis().p50(),
                                                it.beside().millis().p50())));
        appendProblems(text, figures);
        return text.toString();
    }

    private static void appendComparison(
            StringBuilder text, String measured, List<Comparison> rows) {
        if (rows.isEmpty()) {
            return;
        }
        var table =
                new TextTable(
                        0,
                        "in flight",
                        "provider ms",
                        "direct P50 ms",
                        "P95",
                        "P99",
                        "gateway P50 ms",
                        "P95",
                        "P99",
                        "added P50 ms",
                        "P95",
                        "P99",
                        "gateway/s");
        for (Comparison it : rows) {
            LatencyPercentiles direct = it.direct().millis();
            LatencyPercentiles gateway = it.gateway().millis();
            LatencyPercentiles added = it.added();
            table.addRow(
                    String.format(Locale.ROOT, "%,d", it.gateway().concurrency()),
                    String.format(Locale.ROOT, "%,d", it.model().latencyMillis()),
                    decimal(direct.p50()),
                    decimal(direct.p95()),
                    decimal(direct.p99()),
                    decimal(gateway.p50()),
                    decimal(gateway.p95()),
                    decimal(gateway.p99()),
                    decimal(added.p50()),
                    decimal(added.p95()),
                    decimal(added.p99()),
                    String.format(Locale.ROOT, "%,.0f", it.gateway().perSecond()));
        }
        text.append("time to the ").append(measured).append('\n').append(table);
    }

    private static void appendStages(StringBuilder text, List<Comparison> rows) {
        if (rows.isEmpty()) {
            return;
        }
        var table =
                new TextTable(
                        0,
                        "in flight",
                        "provider ms",
                        "mean ms",
                        "until call",
                        "call",
                        "after call",
                        "transaction of worker");
        for (Comparison it : rows) {
            table.addRow(
                    String.format(Locale.ROOT, "%,d", it.gateway().concurrency()),
                    String.format(Locale.ROOT, "%,d", it.model().latencyMillis()),
                    decimal(it.gateway().mean()),
                    decimal(it.stages().queued().mean()),
                    decimal(it.stages().calls().mean()),
                    decimal(it.afterCall()),
                    decimal(it.stages().transactions().mean()));
        }
        text.append("stages of an answer through the gateway\n").append(table);
    }

    private static void appendThroughput(StringBuilder text, List<LoopFigures> rows) {
        if (rows.isEmpty()) {
            return;
        }
        var table = new TextTable(0, "in flight", "answers/s", "P50 ms", "P95", "P99");
        for (LoopFigures it : rows) {
            table.addRow(
                    String.format(Locale.ROOT, "%,d", it.concurrency()),
                    String.format(Locale.ROOT, "%,.0f", it.perSecond()),
                    decimal(it.millis().p50()),
                    decimal(it.millis().p95()),
                    decimal(it.millis().p99()));
        }
        text.append("saturated gateway\n").append(table);
    }

    private static void appendProblems(StringBuilder text, GatewayFigures figures) {
        if (figures.failures() > 0) {
            text.append("PROBLEM ").append(figures.failures()).append(" calls failed\n");
        }
        if (!figures.upload().stream().allMatch(GatewayFigures.Upload::isComplete)) {
            text.append("PROBLEM the uploaded file is incomplete\n");
        }
        figures.idle()
                .filter(it -> it.closed() > 0)
                .ifPresent(
                        it ->
                                text.append("PROBLEM the gateway closed ")
                                        .append(it.closed())
                                        .append(" idle connections\n"));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** Returns the figures as one JSON object; parts that were not measured are missing. */
    static String json(GatewayFigures figures) {
        ObjectNode node = new JsonMapper().createObjectNode();
        if (!figures.latency().isEmpty()) {
            putComparisons(node.putArray("latency"), figures.latency());
        }
        if (!figures.throughput().isEmpty()) {
            ArrayNode all = node.putArray("throughput");
            figures.throughput().forEach(it -> put(all.addObject(), it));
        }
        if (!figures.stream().isEmpty()) {
            putComparisons(node.putArray("stream"), figures.stream());
        }
        figures.upload()
                .ifPresent(
                        it ->
                                node.putObject("upload")
                                        .put("bytes", it.bytes())
                                        .put("seconds", JsonFigures.rounded(it.seconds()))
                                        .put("live_heap_before_mib", it.heapBeforeMib())
                                        .put("live_heap_middle_mib", it.heapMiddleMib())
                                        .put("live_heap_after_mib", it.heapAfterMib()));
        figures.idle()
                .ifPresent(
                        it -> {
                            ObjectNode idle =
                                    node.putObject("idle")
                                            .put("connections", it.connections())
                                            .put("closed", it.closed())
                                            .put("live_heap_before_mib", it.heapBeforeMib())
                                            .put("live_heap_with_mib", it.heapWithMib());
                            put(idle.putObject("without"), it.without());
                            put(idle.putObject("beside"), it.beside());
                        });
        return node.put("good", figures.isGood()).toString();
    }

    private static void putComparisons(ArrayNode all, List<Comparison> rows) {
        for (Comparison it : rows) {
            ObjectNode row = all.addObject().put("provider_ms", it.model().latencyMillis());
            put(row.putObject("direct"), it.direct());
            put(row.putObject("gateway"), it.gateway());
            put(row.putObject("added"), it.added());
            row.putObject("stages")
                    .put("until_call_ms", JsonFigures.rounded(it.stages().queued().mean()))
                    .put("call_ms", JsonFigures.rounded(it.stages().calls().mean()))
                    .put(
                            "worker_transaction_ms",
                            JsonFigures.rounded(it.stages().transactions().mean()));
        }
    }

    private static void put(ObjectNode node, LoopFigures loop) {
        node.put("in_flight", loop.concurrency())
                .put("per_second", JsonFigures.rounded(loop.perSecond()))
                .put("mean_ms", JsonFigures.rounded(loop.mean()))
                .put("failures", loop.failures());
        put(node, loop.millis());
    }

    private static void put(ObjectNode node, LatencyPercentiles millis) {
        node.put("p50_ms", JsonFigures.rounded(millis.p50()))
                .put("p95_ms", JsonFigures.rounded(millis.p95()))
                .put("p99_ms", JsonFigures.rounded(millis.p99()));
    }
}
