package dev.millrace.bench.store;

import dev.millrace.bench.process.PeakMemory;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.sink.Sink;
import dev.millrace.sink.SinkListener;
import dev.millrace.sink.SinkSettings;
import dev.millrace.sink.database.DatabaseException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/** A program that runs the sink until it has stored a backlog, and prints the figures. */
public final class SinkProgram {
    private static final Duration RETENTION = Duration.ofDays(30);

    private SinkProgram() {}

    /**
     * Measures.
     *
     * @param args arguments from {@link StoreTrial#arguments}
     */
    public static void main(String[] args) throws Exception {
        StoreTrial trial = StoreTrial.parse(List.of(args));
        var meter = new RowMeter(trial.rows(), System::nanoTime, ProcessCpu::nanos);
        try (Sink sink = start(trial, outcomes -> meter.add(outcomes.size()))) {
            awaitStored(sink, meter);
            long resident = PeakMemory.residentMib(ProcessHandle.current().pid());
            System.out.println(StoreRow.of(meter, resident).line());
        }
        System.exit(0);
    }

    /** Waits until all rows are stored. */
    static void awaitStored(Sink sink, RowMeter meter) throws InterruptedException {
        while (!meter.await(1)) {
            if (!sink.health().live()) {
                throw new IllegalStateException("the sink stopped: " + sink.health().detail());
            }
        }
    }

    /** Starts a sink as a process of its own does. */
    static Sink start(StoreTrial trial, SinkListener listener) throws DatabaseException {
        return Sink.start(
                new SinkSettings(
                        Map.of(
                                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                                trial.pipeline().bootstrap()),
                        new Topics(trial.pipeline().prefix()),
                        trial.jdbcUrl(),
                        RETENTION,
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        listener,
                        HeapShare.of(Runtime.getRuntime().maxMemory(), 1)));
    }
}
