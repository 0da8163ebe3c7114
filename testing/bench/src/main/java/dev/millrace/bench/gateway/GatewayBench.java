package dev.millrace.bench.gateway;

import dev.millrace.bench.figures.LatencyPercentiles;
import dev.millrace.bench.load.Simulators;
import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.FinishedProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts provider and pipeline, and measures each part, one after another.
 *
 * @param concurrency numbers of concurrent calls, each 1 or more
 * @param time duration of each measurement
 * @param batchJobs jobs of the batch beside which answers are measured again, 1 or more
 * @param portkey base URL of a running Portkey gateway, ending in {@code /v1}; null for none
 * @param report what the figures are added to
 */
record GatewayBench(
        Setup setup,
        List<Integer> concurrency,
        Duration time,
        int batchJobs,
        @Nullable URI portkey,
        Report report) {
    /** The first calls warm up the JIT compilers of all processes. */
    private static final int WARM_UP_CONCURRENCY = 32;

    private static final int WARM_UP_FACTOR = 2;

    /** Size of the ledger of the simulated provider, which this measurement does not read. */
    private static final long LEDGER_CALLS = 1_000;

    private static final int TARGET_CONCURRENCY = 32;
    private static final double ADDED_P50_MILLIS = 20;
    private static final double ADDED_P99_MILLIS = 60;
    private static final double P99_BESIDE_BATCH = 1.5;
    private static final String BATCH = "batch.jsonl";

    Report measure() throws IOException, InterruptedException {
        setup.say("starting provider and pipeline");
        try (var provider =
                Simulators.start(setup.folder(), LEDGER_CALLS, BenchModel.simulatorSettings())) {
            URI base = URI.create(provider.ready()).resolve("/v1");
            try (var pipeline = startPipeline(base);
                    var direct = new ChatClient(base, base, setup.ticker());
                    var gateway =
                            new ChatClient(URI.create(pipeline.ready()), base, setup.ticker())) {
                measure(direct, gateway);
                measureBesideBatch(gateway);
            }
            measureOthers(base);
        }
        return report;
    }

    /** Starts {@code millrace up} with all parts but the simulator. */
    private ChildProcess startPipeline(URI provider) throws IOException {
        Path config = setup.folder().file("millrace.yaml");
        Files.writeString(config, BenchModel.configuration(provider));
        return ChildProcess.millrace(
                setup.folder(),
                "pipeline",
                List.of(),
                List.of(
                        "up",
                        "--only",
                        "broker,router,worker,sink,retrieval,gateway",
                        "--config",
                        config.toString(),
                        "--data-dir",
                        data().toString()),
                "gateway ");
    }

    private Path data() {
        return setup.folder().file("data");
    }

    /** Compares answers while a batch of another model runs with answers before it. */
    private void measureBesideBatch(ChatClient gateway) throws IOException, InterruptedException {
        int calls = Math.min(TARGET_CONCURRENCY, concurrency.getLast());
        MeasuredCall call = gateway.answer(BenchModel.DELAYED);
        setup.say("measuring beside a batch, with " + calls + " in flight");
        LoopFigures alone = loop(call, calls);
        Path file = setup.folder().file(BATCH);
        try (var lines = Files.newBufferedWriter(file)) {
            for (int i = 0; i < batchJobs; i++) {
                lines.write(ChatClient.batchLine(BenchModel.BATCH, i));
            }
        }
        var submit = List.of("submit", "--data-dir", data().toString(), file.toString());
        var submitted =
                FinishedProcess.of(
                        setup.folder(),
                        "submit",
                        ChildJvm.millrace(setup.folder(), "submit", List.of(), submit));
        if (submitted.exitCode() != 0) {
            report.problem("the batch was not submitted: exit code " + submitted.exitCode());
        }
        LoopFigures beside = loop(call, calls);
        if (gateway.hasEnded(BATCH)) {
            report.remark("the batch ended too early: repeat with more --batch-jobs");
        }
        addRow("beside a batch", "alone", calls, alone);
        addRow("beside a batch", "beside %,d jobs".formatted(batchJobs), calls, beside);
        double ratio = beside.millis().p99() / alone.millis().p99();
        report.atMost(P99_BESIDE_BATCH, "P99 beside a batch ÷ without", ratio);
    }

    /** Measures proxies that keep nothing, without Millrace beside them. */
    private void measureOthers(URI provider) throws IOException, InterruptedException {
        var arguments = List.of(provider.toString());
        try (var relay =
                ChildProcess.program(setup.folder(), "relay", Relay.class, List.of(), arguments)) {
            measureOther("relay", URI.create(relay.ready()), provider);
        }
        if (portkey != null) {
            measureOther("Portkey", portkey, provider);
        }
    }

    private void measureOther(String name, URI base, URI provider)
            throws IOException, InterruptedException {
        setup.say("measuring another proxy: " + name);
        try (var proxy = new ChatClient(base, provider, setup.ticker())) {
            warmUp(proxy);
            for (int calls : concurrency) {
                for (BenchModel model : List.of(BenchModel.INSTANT, BenchModel.DELAYED)) {
                    LoopFigures loop = loop(proxy.answer(model), calls);
                    String provided = ", provider of %d ms".formatted(model.latencyMillis());
                    addRow("other proxies", name + provided, calls, loop);
                }
            }
        }
    }

    private void warmUp(ChatClient client) throws IOException, InterruptedException {
        var _ =
                CallLoop.measure(
                        client.answer(BenchModel.INSTANT),
                        WARM_UP_CONCURRENCY,
                        time.multipliedBy(WARM_UP_FACTOR),
                        setup.ticker());
    }

    private void measure(ChatClient direct, ChatClient gateway)
            throws IOException, InterruptedException {
        setup.say("warming up");
        warmUp(gateway);
        for (int calls : concurrency) {
            for (BenchModel model : List.of(BenchModel.INSTANT, BenchModel.DELAYED)) {
                compare("answer", model, calls, direct.answer(model), gateway.answer(model));
            }
            BenchModel model = BenchModel.STREAMED;
            compare(
                    "first token",
                    model,
                    calls,
                    direct.firstToken(model),
                    gateway.firstToken(model));
        }
    }

    private void addRow(String table, String name, int calls, LoopFigures loop) {
        report.table(table, "", "in flight", "P50 ms", "P95 ms", "P99 ms", "answers/s")
                .row(
                        name,
                        calls,
                        loop.millis().p50(),
                        loop.millis().p95(),
                        loop.millis().p99(),
                        loop.perSecond());
    }

    private LoopFigures loop(MeasuredCall call, int calls)
            throws IOException, InterruptedException {
        LoopFigures loop = CallLoop.measure(call, calls, time, setup.ticker());
        if (loop.failures() > 0) {
            report.problem(loop.failures() + " calls failed with " + calls + " in flight");
        }
        return loop;
    }

    private void compare(
            String measured, BenchModel model, int calls, MeasuredCall direct, MeasuredCall gateway)
            throws IOException, InterruptedException {
        setup.say("measuring the " + measured + " with " + calls + " in flight");
        LatencyPercentiles without = loop(direct, calls).millis();
        LoopFigures loop = loop(gateway, calls);
        LatencyPercentiles with = loop.millis();
        report.table(
                        "time to the " + measured,
                        "in flight",
                        "provider ms",
                        "direct P50 ms",
                        "direct P95 ms",
                        "direct P99 ms",
                        "gateway P50 ms",
                        "gateway P95 ms",
                        "gateway P99 ms",
                        "gateway/s")
                .row(
                        calls,
                        model.latencyMillis(),
                        without.p50(),
                        without.p95(),
                        without.p99(),
                        with.p50(),
                        with.p95(),
                        with.p99(),
                        loop.perSecond());
        if (calls == TARGET_CONCURRENCY && model != BenchModel.STREAMED) {
            String metric = "added with provider of " + model.latencyMillis() + " ms, ";
            report.atMost(ADDED_P50_MILLIS, metric + "P50 ms", with.p50() - without.p50());
            report.atMost(ADDED_P99_MILLIS, metric + "P99 ms", with.p99() - without.p99());
        }
    }
}
