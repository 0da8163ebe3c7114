package dev.millrace.sink;

import dev.millrace.sink.fixture.Cluster;
import dev.millrace.sink.fixture.ClusterConsumer;
import dev.millrace.sink.kafka.RowConverter;
import dev.millrace.sink.partition.AllPartitions;
import dev.millrace.sink.partition.GroupPartitions;
import dev.millrace.sink.partition.PartitionSource;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.erasure.ExpiredRows;
import dev.millrace.store.fixture.Records;
import dev.millrace.store.fixture.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;

/** A sink loop on an in-memory cluster, with time and waits under the test's control. */
final class LoopFixture {
    static final Duration RETENTION = Duration.ofDays(30);

    final ClusterConsumer consumer;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<StoredOutcome> stored = new ArrayList<>();
    final List<Duration> rests = new ArrayList<>();

    /** Starts shortly before overflow. */
    final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);

    final SinkLoop loop;
    private final DatabaseWriter writer;

    LoopFixture(Cluster cluster, TestDatabase database) {
        this(cluster, database, new ClusterConsumer(cluster));
    }

    LoopFixture(Cluster cluster, TestDatabase database, ClusterConsumer consumer) {
        this(cluster, database, consumer, new AllPartitions(consumer));
    }

    /** Creates a sink that reads the partitions assigned by the test with {@link #assign}. */
    static LoopFixture inGroup(Cluster cluster, TestDatabase database) {
        var consumer = new ClusterConsumer(cluster);
        return new LoopFixture(cluster, database, consumer, new GroupPartitions(consumer));
    }

    private LoopFixture(
            Cluster cluster,
            TestDatabase database,
            ClusterConsumer consumer,
            PartitionSource source) {
        this.consumer = consumer;
        writer = new DatabaseWriter(Database.of(database.url()), InstantSource.fixed(Records.NOON));
        loop =
                new SinkLoop(
                        new SinkLoop.Parts(
                                consumer,
                                source,
                                cluster.lookup(),
                                writer,
                                new RowConverter(Cluster.TOPICS),
                                stored::addAll,
                                new SinkMeters(meters),
                                new RetentionSchedule(
                                        new ExpiredRows(
                                                writer,
                                                RETENTION,
                                                InstantSource.fixed(Records.NOON)),
                                        nanos::get),
                                new StopSignal() {
                                    @Override
                                    void await(Duration duration) {
                                        rests.add(duration);
                                    }
                                },
                                nanos::get));
    }

    /** Replaces the partitions assigned to the sink by the group. */
    void assign(Collection<TopicPartition> partitions) {
        consumer.rebalance(partitions);
    }

    void turns(int count) {
        for (int i = 0; i < count; i++) {
            loop.runOnce();
        }
    }

    /** Ends the loop like a killed process: nothing more is written. */
    void crash() {
        writer.close();
    }
}
