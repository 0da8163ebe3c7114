package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.publish.SimulatedCluster.Fault;
import dev.millrace.gateway.publish.SimulatedCluster.Killed;
import dev.millrace.gateway.publish.SimulatedCluster.Member;
import dev.millrace.gateway.publish.SimulatedCluster.Publisher;
import dev.millrace.gateway.publish.SimulatedLog.Transaction;
import dev.millrace.gateway.publish.input.LineSource;
import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.BatchRecords;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A random history of gateways that publish batches. Gateways start, end, are killed and excluded
 * from the group, their operations fail, and partitions move. Offsets are lost, topics are
 * compacted, and time passes. Partitions lose their leaders, request topics break, files cannot be
 * read or vanish, and clients cancel. Guarantees:
 *
 * <ul>
 *   <li>no line is published twice, and none before the lines in front of it
 *   <li>a batch ends with the number of its published lines in its manifest and in its facts
 *   <li>a batch that was not cancelled, and whose file exists, is published to its end, even beside
 *       a tenant whose topic stays broken
 *   <li>nothing of a batch begins again after its facts have expired
 *   <li>no record of an ended batch stays in the topic of submissions
 * </ul>
 */
final class PublisherSimulation {
    private static final int MAX_LINE_BYTES = 10_000;
    private static final int LINES_OF_A_TRANSACTION = 3;
    private static final int MAX_LINES = 14;
    private static final int MAX_SESSIONS = 3;
    private static final int MAX_SILENCE = 8;
    private static final int MAX_HELD = 4;
    private static final int QUIET_ROUNDS = 4_000;
    private static final int ROUNDS_OF_A_CHECK = 10;
    private static final int ROUNDS_OF_AN_ASSIGNMENT = 200;
    private static final Duration LONG = Duration.ofHours(25);
    static final String BROKEN = "broken";
    private static final List<String> TENANTS = List.of("acme", "beta", BROKEN);
    private static final String REQUESTS = "millrace.requests";

    final SimulatedCluster cluster;
    final Map<String, Batch> batches = new HashMap<>();
    final FactStore facts;
    final BatchRecords records;

    /** Batches whose files cannot be read. */
    final Set<String> unreadable = new HashSet<>();

    /** Returns the line of a batch with a number from 0. */
    BiFunction<String, Integer, String> lines = (_, number) -> PublishingTrial.line(number);

    /** How long the router recognises repeats. */
    Duration repeatsWindow = Duration.ofHours(24);

    private final int maxHeld;
    private final Random random;
    private final List<Gateway> gateways = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-20T08:00:00Z");
    private @Nullable Gateway running;
    private boolean isNested;
    private boolean readsFail;

    /** A batch and what was published of it. */
    static final class Batch {
        final Submission submission;
        final int lines;
        final List<Long> published = new ArrayList<>();
        final Set<Long> manifests = new TreeSet<>();
        private boolean isCancelled;
        private boolean hasFile = true;
        private boolean isErased;

        Batch(Submission submission, int lines) {
            this.submission = submission;
            this.lines = lines;
        }
    }

    /** A process; one that polls late is unaware of its exclusion. */
    private static final class Gateway {
        private final Member member;
        private final PublishingSession session;
        private boolean hasPolled;

        /** Turns without a poll. */
        private int silentTurns;

        Gateway(Member member, PublishingSession session) {
            this.member = member;
            this.session = session;
        }
    }

    PublisherSimulation(long seed) {
        this(seed, 1 + new Random(seed).nextInt(2), 1 + new Random(seed).nextInt(6), MAX_HELD);
    }

    /**
     * @param partitions number of partitions of the submissions
     * @param pollRecords most records of a poll
     * @param maxHeld most batches that a gateway holds of a partition
     */
    PublisherSimulation(long seed, int partitions, int pollRecords, int maxHeld) {
        this.maxHeld = maxHeld;
        random = new Random(seed);
        cluster = new SimulatedCluster(random, partitions, pollRecords, this::onCommit);
        facts = new FactStore(new MemoryFiles(cluster::fails));
        records =
                new BatchRecords(
                        new Topics("millrace."),
                        tenant -> Optional.of(tenant.startsWith(BROKEN) ? tenant : REQUESTS));
    }

    PublisherSimulation with(Fault fault) {
        cluster.plant(fault);
        return this;
    }

    void run(int steps) {
        cluster.failureRate(40);
        cluster.interruption(this::interrupt);
        for (int i = 0; i < steps; i++) {
            step();
        }
        cluster.failureRate(0);
        cluster.interruption(() -> {});
        cluster.leaderless.clear();
        readsFail = false;
        cluster.brokenTopics.add(BROKEN);
        runUntil(this::areWritableDone);
        assertThat(areWritableDone()).as("progress beside a broken topic").isTrue();
        cluster.brokenTopics.clear();
        runUntil(this::isDone);
        check();
    }

    private void runUntil(BooleanSupplier isDone) {
        for (int i = 0; i < QUIET_ROUNDS; i++) {
            if (i % ROUNDS_OF_A_CHECK == 0 && isDone.getAsBoolean()) {
                return;
            }
            if (gateways.isEmpty()) {
                start();
            }
            if (i % ROUNDS_OF_AN_ASSIGNMENT == 0) {
                compact(false);
                cluster.rebalance();
            }
            runTurns(1, Duration.ofSeconds(1));
        }
    }

    private void step() {
        switch (random.nextInt(24)) {
            case 0, 1 -> submit(TENANTS.get(random.nextInt(3)), 1 + random.nextInt(MAX_LINES));
            case 2 -> start();
            case 3 -> cluster.rebalance();
            case 4 -> pass(Duration.ofSeconds(random.nextInt(7)));
            case 5 -> settle();
            case 6 -> compact(false);
            case 7 -> changeFailures();
            case 8 -> rarely(this::cancel);
            case 9 -> rarely(this::removeFile);
            case 10 -> rarely(this::stopAll);
            case 11 -> rarely(cluster.log::loseOffsets);
            case 12 -> stop();
            default -> turn();
        }
    }

    private void compact(boolean withTombstones) {
        for (TopicPartition partition : cluster.partitions()) {
            long end = cluster.log.end(partition);
            long to = random.nextBoolean() ? end : random.nextLong(end + 1);
            cluster.log.compact(partition, to, withTombstones);
        }
    }

    private void rarely(Runnable action) {
        if (random.nextInt(4) == 0) {
            action.run();
        }
    }

    Instant now() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    private void changeFailures() {
        readsFail = random.nextInt(3) == 0;
        cluster.brokenTopics.clear();
        if (random.nextBoolean()) {
            cluster.brokenTopics.add(BROKEN);
        }
        cluster.leaderless.clear();
        if (random.nextInt(4) == 0) {
            cluster.leaderless.add(anyPartition());
        }
    }

    private TopicPartition anyPartition() {
        return cluster.partitions().get(random.nextInt(cluster.partitions().size()));
    }

    /** Settles the transactions in all partitions, one after another. */
    void settle() {
        cluster.log.settleAll();
    }

    Batch submit(String tenant, int lines) {
        String id = "batch_%032d".formatted(batches.size());
        var submission =
                new Submission(
                        id,
                        tenant,
                        new Submission.InputFile("file-" + id, Optional.empty()),
                        Endpoint.CHAT_COMPLETIONS,
                        "30d",
                        Map.of(),
                        now,
                        now.plus(Duration.ofDays(30)),
                        Submission.Spending.NONE,
                        Optional.empty(),
                        "ada",
                        Optional.empty());
        var batch = new Batch(submission, lines);
        batches.put(id, batch);
        var _ = cluster.log.append(anyPartition(), records.submission(submission), null);
        try {
            facts.writeCreated(submission);
        } catch (IOException | Killed e) {
            // The publisher writes the record.
        }
        return batch;
    }

    private @Nullable Batch any() {
        return batches.isEmpty()
                ? null
                : List.copyOf(batches.values()).get(random.nextInt(batches.size()));
    }

    private void cancel() {
        Batch batch = any();
        if (batch != null && find(batch).isPresent()) {
            try {
                facts.writeCancelled(batch.submission, now);
                batch.isCancelled = true;
            } catch (IOException | Killed e) {
                // The client gets an error.
            }
        }
    }

    private void removeFile() {
        Batch batch = any();
        if (batch != null) {
            batch.hasFile = false;
        }
    }

    private Optional<BatchFacts> find(Batch batch) {
        try {
            return facts.find(batch.submission.tenant(), batch.submission.id());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void start() {
        if (gateways.size() < MAX_SESSIONS) {
            Member member = cluster.new Member();
            try {
                var transactions =
                        new BatchTransactions(
                                cluster.new Publisher(), records, LINES_OF_A_TRANSACTION);
                var parts =
                        new PublishingSession.Parts(
                                this::open,
                                facts,
                                MAX_LINE_BYTES,
                                repeatsWindow,
                                maxHeld,
                                () -> now);
                var session =
                        new PublishingSession(
                                SimulatedCluster.SUBMISSIONS,
                                member,
                                transactions,
                                cluster.queries(),
                                records,
                                parts);
                gateways.add(new Gateway(member, session));
            } catch (KafkaException | Killed e) {
                member.kill();
            }
            cluster.rebalance();
        }
    }

    private Optional<LineSource> open(Submission submission) {
        Batch batch = batches.get(submission.id());
        if (batch == null || !batch.hasFile) {
            return Optional.empty();
        }
        var text = new ArrayList<String>();
        for (int i = 0; i < batch.lines; i++) {
            text.add(lines.apply(submission.id(), i));
        }
        byte[] file = String.join("\n", text).getBytes(UTF_8);
        var reader = new BatchFileReader(new ByteArrayInputStream(file), MAX_LINE_BYTES);
        return Optional.of(
                new LineSource() {
                    @Override
                    public @Nullable BatchLine next() throws IOException {
                        if (unreadable.contains(submission.id())
                                || (readsFail && random.nextInt(10) == 0)) {
                            throw new IOException("the disk does not work");
                        }
                        return reader.next();
                    }

                    @Override
                    public void close() throws IOException {
                        reader.close();
                    }
                });
    }

    /** Runs until lines of a batch are published, and ends all gateways. */
    void publishAPart(Batch batch) {
        start();
        for (int i = 0; i < QUIET_ROUNDS && batch.published.isEmpty(); i++) {
            runTurns(1, Duration.ofSeconds(1));
        }
        endAll();
        assertThat(batch.published).hasSizeBetween(1, batch.lines - 1);
    }

    /** Lets each gateway take turns. */
    void runTurns(int turns, Duration each) {
        for (int i = 0; i < turns; i++) {
            settle();
            pass(each);
            List.copyOf(gateways).forEach(this::turn);
        }
    }

    /** Runs one gateway. */
    void turn() {
        if (!gateways.isEmpty()) {
            turn(gateways.get(random.nextInt(gateways.size())));
        }
    }

    private void turn(Gateway gateway) {
        running = gateway;
        try {
            if (gateway.hasPolled && gateway.silentTurns > 0) {
                gateway.silentTurns--;
            } else {
                gateway.session.poll();
                gateway.hasPolled = true;
                gateway.silentTurns = random.nextInt(4) == 0 ? random.nextInt(MAX_SILENCE) : 0;
            }
            gateway.session.step();
        } catch (KafkaException e) {
            end(gateway);
        } catch (Killed e) {
            gateway.member.kill();
            gateways.remove(gateway);
        }
    }

    private void end(Gateway gateway) {
        gateways.remove(gateway);
        gateway.session.close();
    }

    void stop() {
        if (!gateways.isEmpty()) {
            end(gateways.get(random.nextInt(gateways.size())));
            cluster.rebalance();
        }
    }

    /** Lets another gateway run within an operation. */
    private void interrupt() {
        if (!isNested && random.nextInt(8) == 0) {
            isNested = true;
            cluster.rebalance();
            Gateway interrupted = running;
            List<Gateway> others = gateways.stream().filter(it -> it != interrupted).toList();
            if (!others.isEmpty()) {
                turn(others.get(random.nextInt(others.size())));
            }
            running = interrupted;
            isNested = false;
        }
    }

    /** Ends all gateways. */
    void endAll() {
        List.copyOf(gateways).forEach(this::end);
        cluster.rebalance();
        settle();
    }

    /** Stops all gateways for long, during which Kafka forgets, and the facts of batches expire. */
    private void stopAll() {
        endAll();
        pass(LONG);
        if (random.nextBoolean()) {
            cluster.log.loseOffsets();
        }
        if (random.nextBoolean()) {
            compact(true);
        }
        for (Batch batch : batches.values()) {
            if (random.nextBoolean() && hasEnded(batch)) {
                erase(batch);
            }
        }
    }

    private void erase(Batch batch) {
        try {
            facts.erase(batch.submission.tenant(), batch.submission.id(), now);
            batch.isErased = true;
        } catch (IOException | Killed e) {
            // It expires later.
        }
    }

    /** Returns true if the topic of submissions has forgotten a batch. */
    boolean hasEnded(Batch batch) {
        return cluster.partitions().stream()
                .noneMatch(it -> cluster.log.liveKeys(it).contains(batch.submission.id()));
    }

    /** Returns true if all batches of tenants with a working topic have ended. */
    private boolean areWritableDone() {
        Set<String> live =
                cluster.partitions().stream()
                        .flatMap(it -> cluster.log.liveKeys(it).stream())
                        .collect(Collectors.toSet());
        return batches.values().stream()
                .map(it -> it.submission)
                .noneMatch(it -> !it.tenant().equals(BROKEN) && live.contains(it.id()));
    }

    boolean isDone() {
        return cluster.partitions().stream().allMatch(it -> cluster.log.liveKeys(it).isEmpty());
    }

    private void onCommit(Transaction transaction) {
        for (var record : transaction.records) {
            if (record.topic().equals(records.topics().batches())) {
                var manifest = BatchManifest.read(record.value());
                batch(manifest.batch()).manifests.add(manifest.lines());
            } else if (!record.topic().equals(SimulatedCluster.SUBMISSIONS)) {
                var headers = SubmissionHeaders.read(record.headers());
                Batch batch = batch(String.valueOf(headers.batch()));
                assertThat(headers.line())
                        .as("next line of " + batch.submission.id())
                        .isEqualTo(batch.published.size() + 1L);
                batch.published.add(headers.line());
            }
        }
    }

    private Batch batch(String id) {
        return Optional.ofNullable(batches.get(id)).orElseThrow();
    }

    void check() {
        for (TopicPartition partition : cluster.partitions()) {
            assertThat(cluster.log.liveKeys(partition)).as("left in " + partition).isEmpty();
        }
        batches.values().forEach(this::check);
    }

    private void check(Batch batch) {
        String name = batch.submission.id();
        long published = batch.published.size();
        assertThat(batch.manifests)
                .as("lines in the manifests of " + name)
                .isEqualTo(
                        published == 0 && batch.manifests.isEmpty() ? Set.of() : Set.of(published));
        if (batch.isErased) {
            assertThat(find(batch)).as("facts of the erased " + name).isEmpty();
            return;
        }
        if (published > 0) {
            assertThat(find(batch).flatMap(BatchFacts::published).map(BatchFacts.Published::lines))
                    .as("published lines of " + name)
                    .contains(published);
        }
        if (batch.hasFile && !batch.isCancelled) {
            assertThat(published).as("lines of " + name).isEqualTo(batch.lines);
        }
    }
}
