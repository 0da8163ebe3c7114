package dev.millrace.bench.gateway;

import dev.millrace.bench.gateway.GatewayFigures.Comparison;
import dev.millrace.bench.gateway.GatewayFigures.Idle;
import dev.millrace.bench.gateway.GatewayFigures.Upload;
import dev.millrace.bench.gateway.GatewayPlan.Part;
import dev.millrace.bench.load.SimulatorProcess;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Starts provider and pipeline, and measures each part of a plan, one after another. */
record GatewayBench(GatewayPlan plan, WorkFolder folder, Terminal terminal, LongSupplier nanos) {
    /** The first calls warm up the JIT compilers of all processes. */
    private static final int WARM_UP_CONCURRENCY = 32;

    private static final int WARM_UP_FACTOR = 2;

    /** Calls whose answer the provider's ledger need not hold. */
    private static final long LEDGER_CALLS = 1_000;

    /**
     * Runs all measurements.
     *
     * @throws IOException when a process does not start or ends early
     */
    GatewayFigures measure() throws IOException, InterruptedException {
        try (var provider =
                SimulatorProcess.start(folder, LEDGER_CALLS, BenchModel.simulatorSettings())) {
            URI providerBase = provider.address().resolve("/v1");
            try (var pipeline = startPipeline(providerBase);
                    var direct = new ChatClient(providerBase, nanos);
                    var gateway = new ChatClient(URI.create(pipeline.ready()), nanos)) {
                return measure(pipeline, direct, gateway);
            }
        }
    }

    private ChildProcess startPipeline(URI provider) throws IOException {
        terminal.say("starting provider and pipeline");
        Path config = folder.file("millrace.yaml");
        Files.writeString(
                config,
                BenchModel.configuration(
                        provider, folder.file("files").toAbsolutePath(), plan.uploadBytes()));
        return ChildProcess.start(
                folder,
                "pipeline",
                GatewayProgram.class,
                plan.javaOptions(),
                List.of(config.toString(), folder.file("data").toString()));
    }

    private GatewayFigures measure(ChildProcess pipeline, ChatClient direct, ChatClient gateway)
            throws IOException, InterruptedException {
        terminal.say("warming up");
        Duration warmUp = plan.time().multipliedBy(WARM_UP_FACTOR);
        var _ = loop(gateway.answer(BenchModel.INSTANT), WARM_UP_CONCURRENCY, warmUp);
        var latency = new ArrayList<Comparison>();
        var throughput = new ArrayList<LoopFigures>();
        var stream = new ArrayList<Comparison>();
        if (plan.has(Part.LATENCY)) {
            for (BenchModel model : List.of(BenchModel.INSTANT, BenchModel.DELAYED)) {
                for (int calls : plan.concurrency()) {
                    latency.add(
                            compared(
                                    pipeline,
                                    model,
                                    calls,
                                    direct.answer(model),
                                    gateway.answer(model)));
                }
            }
        }
        if (plan.has(Part.THROUGHPUT)) {
            for (int calls : plan.saturating()) {
                throughput.add(loop(gateway.answer(BenchModel.INSTANT), calls, plan.time()));
                terminal.say(
                        String.format(
                                Locale.ROOT,
                                "  %,d in flight: %,.0f answers/s",
                                calls,
                                throughput.getLast().perSecond()));
            }
        }
        if (plan.has(Part.STREAM)) {
            BenchModel model = BenchModel.STREAMED;
            for (int calls : plan.concurrency()) {
                stream.add(
                        compared(
                                pipeline,
                                model,
                                calls,
                                direct.firstToken(model),
                                gateway.firstToken(model)));
            }
        }
        Optional<Upload> upload =
                plan.has(Part.UPLOAD) ? Optional.of(upload(pipeline)) : Optional.empty();
        Optional<Idle> idle =
                plan.has(Part.IDLE) ? Optional.of(idle(pipeline, gateway)) : Optional.empty();
        return new GatewayFigures(latency, throughput, stream, upload, idle);
    }

    private LoopFigures loop(MeasuredCall call, int concurrency, Duration time)
            throws IOException, InterruptedException {
        return CallLoop.measure(call, concurrency, time, nanos);
    }

    private Comparison compared(
            ChildProcess pipeline,
            BenchModel model,
            int concurrency,
            MeasuredCall direct,
            MeasuredCall gateway)
            throws IOException, InterruptedException {
        LoopFigures without = loop(direct, concurrency, plan.time());
        StageTimes before = stages(pipeline);
        LoopFigures with = loop(gateway, concurrency, plan.time());
        var comparison = new Comparison(model, without, with, stages(pipeline).since(before));
        terminal.say(
                String.format(
                        Locale.ROOT,
                        "  %d in flight, provider %d ms: P50 +%.1f ms, P99 +%.1f ms",
                        concurrency,
                        model.latencyMillis(),
                        comparison.added().p50(),
                        comparison.added().p99()));
        return comparison;
    }

    private static StageTimes stages(ChildProcess pipeline) throws IOException {
        return StageTimes.parse(pipeline.ask(GatewayProgram.STAGES));
    }

    private Upload upload(ChildProcess pipeline) throws IOException, InterruptedException {
        terminal.say("uploading");
        return new UploadTrial(URI.create(pipeline.ready()), plan.uploadBytes(), pipeline, nanos)
                .measure();
    }

    private Idle idle(ChildProcess pipeline, ChatClient gateway)
            throws IOException, InterruptedException {
        MeasuredCall answer = gateway.answer(BenchModel.INSTANT);
        LoopFigures without = loop(answer, 1, plan.time());
        pipeline.requestLiveHeap();
        long heapBefore = pipeline.liveHeapMib();
        terminal.say("opening %d idle connections".formatted(plan.idleConnections()));
        try (var connections =
                IdleConnections.open(URI.create(pipeline.ready()), plan.idleConnections())) {
            LoopFigures beside = loop(answer, 1, plan.time());
            pipeline.requestLiveHeap();
            long heapWith = pipeline.liveHeapMib();
            return new Idle(
                    plan.idleConnections(),
                    connections.closed(),
                    heapBefore,
                    heapWith,
                    without,
                    beside);
        }
    }
}
