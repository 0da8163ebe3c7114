package dev.millrace.bench.store;

import dev.millrace.bench.process.ParentControl;
import dev.millrace.bench.process.PeakMemory;
import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.sink.Sink;
import dev.millrace.sink.api.UsageApi;
import dev.millrace.sink.pipeline.PipelineOperations;
import dev.millrace.standalone.ops.BindAddress;
import dev.millrace.standalone.ops.UsageServer;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * A program that runs the sink with its usage API until its parent stops it. Its ready line is the
 * URL of the API.
 */
public final class SinkApiProgram {
    /** Waits until the backlog is stored; the answer is a {@link StoreRow}. */
    public static final String STORED = "stored";

    private static final ListenAddress ADDRESS = new ListenAddress("127.0.0.1", 18_180);

    private SinkApiProgram() {}

    /**
     * Runs sink and API.
     *
     * @param args arguments from {@link StoreTrial#arguments}
     */
    public static void main(String[] args) throws Exception {
        endWithParent();
        StoreTrial trial = StoreTrial.parse(List.of(args));
        var meter = new RowMeter(trial.rows(), System::nanoTime, ProcessCpu::nanos);
        Sink sink = SinkProgram.start(trial, outcomes -> meter.add(outcomes.size()));
        var settings =
                new UsageApi.Settings(
                        trial.jdbcUrl(),
                        List.of(),
                        List.of(),
                        () -> "{}",
                        PipelineOperations.NONE,
                        UsageApi.Settings.DEFAULT_QUERY_TIME,
                        InstantSource.system(),
                        System::nanoTime);
        UsageServer server = UsageServer.start(BindAddress.byDefault(ADDRESS), settings);
        ParentControl.serve(
                server.url(),
                () -> {
                    server.close();
                    sink.close();
                },
                Map.of(STORED, () -> stored(sink, meter)));
    }

    /**
     * Ends this process with its parent. While an answer is awaited, nothing reads the input, whose
     * end would end the process otherwise.
     */
    private static void endWithParent() {
        ProcessHandle.current()
                .parent()
                .ifPresent(
                        parent -> {
                            var _ = parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
                        });
    }

    private static String stored(Sink sink, RowMeter meter) throws InterruptedException {
        SinkProgram.awaitStored(sink, meter);
        return StoreRow.of(meter, PeakMemory.residentMib(ProcessHandle.current().pid())).line();
    }
}
