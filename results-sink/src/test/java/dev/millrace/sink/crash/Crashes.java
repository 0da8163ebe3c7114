package dev.millrace.sink.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.result.CostKind;
import dev.millrace.sink.fixture.ResultTopics;
import dev.millrace.store.fixture.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs sinks as processes, lets results pass, and hits a sink at random moments. */
final class Crashes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Crashes.class);

    /** Lines of one Kafka transaction. */
    private static final int LINES = 100;

    /** Short, so that a killed sink's partitions are soon reassigned. */
    private static final String SESSION_TIMEOUT_MILLIS = "1500";

    /** Time for the successor of a suspended sink on SQLite to store records, if it can. */
    private static final Duration PROGRESS = Duration.ofSeconds(4);

    private static final Duration PROBE = Duration.ofMillis(2);

    private static final int MAX_PROBES = 10;

    /** The faults that a sink suffers. */
    enum Fault {
        /** Is killed, and started again at once. */
        KILL,
        /** Is suspended until another sink stores its records, and continues beside it. */
        SUSPEND,
        /** Cannot use its database for some time, and may be killed meanwhile. */
        OUTAGE
    }

    /**
     * Makes the database unusable for some time.
     *
     * @param symptom found in the health of a sink that notices it
     */
    record Outage(Pattern symptom, Step begin, Step end) {
        /** Begins or ends an outage. */
        interface Step {
            void run() throws IOException, InterruptedException, SQLException;
        }

        private long reports(SinkProcess sink) {
            return symptom.matcher(sink.output()).results().count();
        }
    }

    private final String bootstrapServers;
    private final ResultTopics topics;
    private final TestDatabase database;
    private final Path folder;
    private final Optional<Outage> outage;
    private final SplittableRandom random;
    private final List<SinkProcess> sinks = new ArrayList<>();
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private int started;

    Crashes(
            String bootstrapServers,
            ResultTopics topics,
            TestDatabase database,
            Path folder,
            Optional<Outage> outage,
            SplittableRandom random) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
        this.database = database;
        this.folder = folder;
        this.outage = outage;
        this.random = random;
    }

    /** Starts the sinks and waits until each database table exists. */
    void start(int count) throws IOException, ExecutionException, InterruptedException {
        for (int i = 0; i < count; i++) {
            sinks.add(newSink());
        }
        await().ignoreExceptions().until(() -> stored("costs") == 0);
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
            await().until(() -> !admin.listGroups().all().get().isEmpty());
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

    /** Lets results pass, and hits a sink in each part of them but the last. */
    void pass(int results, int faultCount) throws IOException, InterruptedException, SQLException {
        int first = 0;
        for (Fault fault : sequence(faultCount)) {
            int to = first + results / (faultCount + 1);
            passAndHit(first, to, fault);
            first = to;
        }
        produce(first, results, random.split());
    }

    /** Returns the possible faults. */
    Set<Fault> possible() {
        return outage.isPresent()
                ? EnumSet.allOf(Fault.class)
                : EnumSet.complementOf(EnumSet.of(Fault.OUTAGE));
    }

    /** Returns random faults: each kind once if there are enough, and more often kills. */
    private List<Fault> sequence(int count) {
        var sequence = new ArrayList<>(possible());
        while (sequence.size() < count) {
            sequence.add(
                    random.nextInt(3) == 0
                            ? sequence.get(random.nextInt(possible().size()))
                            : Fault.KILL);
        }
        Collections.shuffle(sequence, random);
        return sequence.subList(0, count);
    }

    /** Hits a sink while three quarters of the lines pass. The rest of them follows. */
    private void passAndHit(int from, int to, Fault fault)
            throws IOException, InterruptedException, SQLException {
        int rest = from + (to - from) * 3 / 4;
        var chance = random.split();
        var produced = CompletableFuture.runAsync(() -> produce(from, rest, chance));
        awaitRows("results", from + 1 + random.nextInt(rest - from));
        probe(random.nextInt(MAX_PROBES));
        faults.merge(fault, 1, Integer::sum);
        Runnable remaining =
                () -> {
                    produced.join();
                    produce(rest, to, chance);
                };
        int index = random.nextInt(sinks.size());
        switch (fault) {
            case KILL -> kill(index, remaining);
            case SUSPEND -> suspend(sinks.get(index), remaining, to);
            case OUTAGE -> suffer(outage.orElseThrow(), remaining);
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
        await(count + " rows of " + table)
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

    private void kill(int index, Runnable remaining) throws IOException {
        sinks.get(index).kill();
        sinks.set(index, newSink());
        remaining.run();
    }

    private void suspend(SinkProcess sink, Runnable remaining, int lines)
            throws IOException, InterruptedException {
        long before = storedOffsets();
        sink.suspend();
        if (isShared()) {
            awaitTakeover(remaining, lines);
            sink.resume();
            assertThat(sinks).allMatch(SinkProcess::isAlive);
        } else {
            replace(sink, before, remaining);
        }
    }

    /**
     * Waits until other sinks have stored every line, including lines of the suspended sink's
     * partitions. Starts a successor if there is no other sink.
     */
    private void awaitTakeover(Runnable remaining, int lines) throws IOException {
        if (sinks.size() == 1) {
            sinks.add(newSink());
        }
        remaining.run();
        awaitRows("results", lines);
    }

    /** Starts the successor of a suspended sink on SQLite, and lets the sink continue beside it. */
    private void replace(SinkProcess suspended, long before, Runnable remaining)
            throws IOException, InterruptedException {
        sinks.add(newSink());
        remaining.run();
        awaitProgress(before);
        suspended.resume();
        // Whichever of the two stores first is the writer, and the other one stops.
        awaitProgress(storedOffsets());
        suspended.kill();
        sinks.remove(suspended);
    }

    /**
     * Waits briefly until records are stored. The wait is short, because the suspended sink may
     * hold the lock of the SQLite file, and there may be no records left.
     */
    private void awaitProgress(long offsets) {
        try {
            await().atMost(PROGRESS).pollInterval(PROBE).until(() -> storedOffsets() > offsets);
        } catch (ConditionTimeoutException e) {
            LOG.debug("no records were stored meanwhile");
        }
    }

    /**
     * Makes the database unusable until a sink reports that, and possibly until the successor of a
     * killed sink does too. All sinks must then continue.
     */
    private void suffer(Outage outage, Runnable remaining)
            throws IOException, InterruptedException, SQLException {
        long before = reports(outage);
        outage.begin().run();
        remaining.run();
        await().until(() -> reports(outage) > before);
        if (random.nextBoolean()) {
            int victim = random.nextInt(sinks.size());
            sinks.get(victim).kill();
            sinks.set(victim, newSink());
            await().until(() -> outage.reports(sinks.get(victim)) > 0);
        }
        outage.end().run();
        assertThat(sinks).allMatch(SinkProcess::isAlive);
    }

    private long reports(Outage outage) {
        return sinks.stream().mapToLong(outage::reports).sum();
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

    /** Returns the logs of the sinks. */
    @Override
    public String toString() {
        return String.join("\n", sinks.stream().map(SinkProcess::toString).toList());
    }

    @Override
    public void close() {
        sinks.forEach(SinkProcess::kill);
    }
}
