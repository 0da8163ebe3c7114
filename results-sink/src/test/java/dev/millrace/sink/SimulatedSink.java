package dev.millrace.sink;

import dev.millrace.contracts.topic.Topics;
import dev.millrace.sink.kafka.RowConverter;
import dev.millrace.sink.kafka.TopicLookup;
import dev.millrace.sink.partition.AllPartitions;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.erasure.ExpiredRows;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;

/** A sink's loop for simulations in other modules, which call its turns and own its time. */
public final class SimulatedSink implements AutoCloseable {
    private static final Duration RETENTION = Duration.ofDays(30);

    private final SinkLoop loop;
    private final DatabaseWriter writer;

    public SimulatedSink(
            Topics topics,
            Consumer<byte[], byte[]> consumer,
            TopicLookup lookup,
            Database database,
            InstantSource clock,
            LongSupplier ticker) {
        writer = new DatabaseWriter(database, clock);
        loop =
                new SinkLoop(
                        new SinkLoop.Parts(
                                consumer,
                                new AllPartitions(consumer),
                                lookup,
                                writer,
                                new RowConverter(topics),
                                SinkListener.NONE,
                                new SinkMeters(new SimpleMeterRegistry()),
                                new RetentionSchedule(
                                        new ExpiredRows(writer, RETENTION, clock), ticker),
                                new StopSignal() {
                                    @Override
                                    void await(Duration duration) {}
                                },
                                ticker));
    }

    public void runOnce() {
        loop.runOnce();
    }

    /** Returns false if the sink has stopped, for example because another one writes. */
    public boolean isLive() {
        return loop.health().live();
    }

    /** Ends the sink like a killed process: nothing more is written. */
    @Override
    public void close() {
        writer.close();
    }
}
