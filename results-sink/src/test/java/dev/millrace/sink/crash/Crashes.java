package dev.millrace.sink.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.result.CostKind;
import dev.millrace.sink.fixture.ResultTopics;
import dev.millrace.sink.fixture.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.core.ConditionTimeoutException;

/** Runs sinks as processes, lets results pass, and hits a sink at random moments. */
final class Crashes implements AutoCloseable {
    /** Lines of one Kafka transaction. */
    private static final int LINES = 100;

    /** Short, so that a killed sink's partitions are soon reassigned. */
    private static final String SESSION_TIMEOUT_MILLIS = "1500";

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** Time for a successor to take over; it waits longer if the suspended sink holds a lock. */
    private static final Duration TAKEOVER = Duration.ofSeconds(4);

    private static final Duration PROBE = Duration.ofMillis(2);

    private static final int MAX_PROBES = 10;

    /** What happens to a sink. */
    enum Fault {
        /** Is killed, and started again at once. */
        KILL,
        /** Is suspended until another sink has stored records, and continues beside it. */
        SUSPEND
    }

    private final String bootstrapServers;
    private final ResultTopics topics;
    private final TestDatabase database;
    private final Path folder;
    private final SplittableRandom random;
    private final List<SinkProcess> sinks = new ArrayList<>();
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private int started;

    Crashes(
            String bootstrapServers,
            ResultTopics topics,
            TestDatabase database,
            Path folder,
            SplittableRandom random) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
        this.database = database;
        this.folder = folder;
        this.random = random;
    }

    /** Starts the sinks and waits until each database table exists. */
    void start(int count) throws IOException, ExecutionException, InterruptedException {
        for (int i = 0; i < count; i++) {
            sinks.add(newSink());
        }
        await().atMost(TIMEOUT).ignoreExceptions().until(() -> stored("costs") == 0);
        if (isShared()) {
            shortenSessions();
        }
    }

    private SinkProcess newSink() throws IOException {
        started++;
        return new SinkProcess(
                bootstrapServers, database, folder.resolve("sink-" + started + ".log"));
    }

    private boolean isShared() {
        return database.url().startsWith("jdbc:postgresql:");
    }

    private void shortenSessions() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            await().atMost(TIMEOUT).until(() -> !admin.listGroups().all().get().isEmpty());
            GroupListing group = admin.listGroups().all().get().iterator().next();
            admin.incrementalAlterConfigs(
                            Map.of(
                                    new ConfigResource(ConfigResource.Type.GROUP, group.groupId()),
                                    List.of(
                                            new AlterConfigOp(
                                                    new ConfigEntry(
                                                            "consumer.session.timeout.ms",
                                                            SESSION_TIMEOUT_MILLIS),
                                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    /** Lets results pass, and hits a sink in each part of them. */
    void pass(int results, int faultCount) throws IOException, InterruptedException {
        int first = 0;
        for (int i = 0; i <= faultCount; i++) {
            int from = first;
            int to = (int) ((long) results * (i + 1) / (faultCount + 1));
            var produce = random.split();
            var produced = CompletableFuture.runAsync(() -> produce(from, to, produce));
            if (i < faultCount) {
                awaitRows("results", from + 1 + random.nextInt(to - from));
                probe(random.nextInt(MAX_PROBES));
                hit(random.nextInt(sinks.size()), random.nextInt(3) == 0);
            }
            produced.join();
            first = to;
        }
    }

    /** Lets some time pass, so that a fault hits any step of the next transaction. */
    private void probe(int count) {
        for (int i = 0; i < count; i++) {
            assertThat(storedOffsets()).isPositive();
        }
    }

    /** Waits for rows. Of two sinks on a SQLite file one stops, and is replaced here. */
    void awaitRows(String table, long count) {
        await().atMost(TIMEOUT)
                .pollInterval(PROBE)
                .until(
                        () -> {
                            replaceStopped();
                            return stored(table) >= count;
                        });
    }

    private void replaceStopped() throws IOException {
        for (int i = 0; i < sinks.size(); i++) {
            if (!sinks.get(i).isAlive()) {
                assertThat(isShared()).as("a sink stopped: %s", sinks.get(i)).isFalse();
                sinks.set(i, newSink());
            }
        }
    }

    /** Writes a result for each line, with up to three cost events, and some results twice. */
    private void produce(int from, int to, SplittableRandom chance) {
        for (int line = from; line < to; line += LINES) {
            int first = line;
            int last = Math.min(to, line + LINES);
            topics.commit(
                    () -> {
                        for (int it = first; it < last; it++) {
                            produce(it, chance);
                        }
                    });
        }
    }

    private void produce(int line, SplittableRandom chance) {
        int attempts = 1 + chance.nextInt(3);
        for (int attempt = 1; attempt <= attempts; attempt++) {
            CostKind kind = attempt < attempts ? CostKind.UNCERTAIN : CostKind.BILLED;
            topics.sendCost(line, attempt, kind, "0.%09d".formatted(chance.nextInt(1_000_000)));
        }
        if (chance.nextInt(10) == 0) {
            topics.sendResult(line, "replaced");
        }
        topics.sendResult(line, "answer " + chance.nextInt(1_000));
    }

    private void hit(int index, boolean suspends) throws IOException, InterruptedException {
        faults.merge(suspends ? Fault.SUSPEND : Fault.KILL, 1, Integer::sum);
        if (!suspends) {
            sinks.get(index).kill();
            sinks.set(index, newSink());
        } else if (sinks.size() == 1) {
            replace();
        } else {
            suspend(sinks.get(index));
        }
    }

    /** Suspends a sink until another one has its partitions. */
    private void suspend(SinkProcess sink) throws IOException, InterruptedException {
        long before = storedOffsets();
        sink.suspend();
        awaitTakeover(before);
        sink.resume();
        assertThat(sinks).allMatch(SinkProcess::isAlive);
    }

    /** Suspends the only sink, starts its successor, and lets the suspended sink continue. */
    private void replace() throws IOException, InterruptedException {
        long before = storedOffsets();
        SinkProcess suspended = sinks.getFirst();
        suspended.suspend();
        SinkProcess successor = newSink();
        awaitTakeover(before);
        suspended.resume();
        sinks.set(0, successor);
        if (isShared()) {
            sinks.add(suspended);
        } else {
            // Whichever of the two stores first is the writer, and the other one stops.
            awaitTakeover(storedOffsets());
            suspended.kill();
        }
    }

    /**
     * Waits until records are stored; not long, since there may be none left, or the suspended sink
     * holds the database's lock.
     */
    private void awaitTakeover(long offsets) {
        try {
            await().atMost(TAKEOVER).pollInterval(PROBE).until(() -> storedOffsets() > offsets);
        } catch (ConditionTimeoutException e) {
            assertThat(sinks).isNotEmpty();
        }
    }

    long stored(String table) throws SQLException {
        return Long.parseLong(database.rows("SELECT COUNT(*) FROM " + table).getFirst());
    }

    private long storedOffsets() {
        try {
            return Long.parseLong(
                    database.rows("SELECT COALESCE(SUM(next_offset), 0) FROM offsets").getFirst());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Map<Fault, Integer> faults() {
        return faults;
    }

    /** Returns what the sinks have logged. */
    @Override
    public String toString() {
        return String.join("\n", sinks.stream().map(SinkProcess::toString).toList());
    }

    @Override
    public void close() {
        sinks.forEach(SinkProcess::kill);
    }
}
