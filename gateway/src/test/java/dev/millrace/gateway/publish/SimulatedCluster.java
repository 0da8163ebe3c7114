package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.publish.SimulatedLog.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;

/** A cluster with the topics and the group of the publisher, on one thread. */
final class SimulatedCluster {
    static final String SUBMISSIONS = "millrace.submissions";

    /** A fault that is planted in the cluster or, by changed records, in the publisher. */
    enum Fault {
        NONE,
        /** The progress of lines is not written. */
        PROGRESS_FORGOTTEN,
        /** A batch moves back without its progress. */
        MOVED_WITHOUT_PROGRESS,
        /** A new owner scans nothing. */
        SCAN_SKIPPED,
        /** A new owner does not wait for decided transactions. */
        SCAN_ENDS_EARLY,
        /** The end of a batch leaves its submission in the topic. */
        END_FORGOTTEN,
        /** A member commits after the group has excluded it. */
        EXCLUDED_MEMBER_COMMITS,
        /** The offset moves past a batch that is not published to its end. */
        OFFSET_AHEAD
    }

    /** Ends the process of a session. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    final SimulatedLog log = new SimulatedLog();
    final Set<String> brokenTopics = new HashSet<>();

    /** Partitions that can be neither read nor written, and have no known end. */
    final Set<TopicPartition> leaderless = new HashSet<>();

    /** True if the ends of partitions are answered by the next poll, not at once. */
    boolean answersLater;

    /** False if offsets lose their metadata, which only other builds need. */
    boolean keepsMetadata;

    private final Random random;
    private final List<TopicPartition> partitions;
    private final Consumer<Transaction> onCommit;
    private final Map<TopicPartition, Member> owners = new HashMap<>();
    private final Map<TopicPartition, Member> targets = new HashMap<>();
    private final List<Member> members = new ArrayList<>();

    /** Members by their metadata, which Kafka's mock gives equal values. */
    private final IdentityHashMap<ConsumerGroupMetadata, Member> memberships =
            new IdentityHashMap<>();

    /** Transactions that their publishers have perhaps left open. */
    private final List<Transaction> begun = new ArrayList<>();

    private final List<Runnable> answers = new ArrayList<>();
    private final int pollRecords;
    private Fault fault = Fault.NONE;

    /** Runs within an operation, as other processes do. */
    private Runnable interruption = () -> {};

    /** One in this many operations fails, and one kills; 0 for none. */
    private int failureRate;

    /**
     * @param count number of partitions of the submissions
     * @param pollRecords most records of a poll
     * @param onCommit is called for each committed transaction
     */
    SimulatedCluster(Random random, int count, int pollRecords, Consumer<Transaction> onCommit) {
        this.random = random;
        this.pollRecords = pollRecords;
        this.onCommit = onCommit;
        keepsMetadata = random.nextBoolean();
        partitions =
                IntStream.range(0, count)
                        .mapToObj(it -> new TopicPartition(SUBMISSIONS, it))
                        .toList();
    }

    void plant(Fault planted) {
        fault = planted;
    }

    void failureRate(int rate) {
        failureRate = rate;
    }

    void interruption(Runnable turn) {
        interruption = turn;
    }

    List<TopicPartition> partitions() {
        return partitions;
    }

    /** Lets an operation fail by chance. */
    boolean fails() {
        if (failureRate == 0) {
            return false;
        }
        if (random.nextInt(4 * failureRate) == 0) {
            throw new Killed();
        }
        return random.nextInt(failureRate) == 0;
    }

    private void maybeFail() {
        if (fails()) {
            throw new TimeoutException("Kafka does not answer");
        }
    }

    /** Distributes the partitions among the members that live. */
    void rebalance() {
        for (Member member : List.copyOf(members)) {
            if (member.isDead) {
                exclude(member);
                members.remove(member);
            } else if (random.nextInt(4) == 0) {
                exclude(member);
            }
        }
        targets.clear();
        if (!members.isEmpty()) {
            partitions.forEach(it -> targets.put(it, members.get(random.nextInt(members.size()))));
        }
    }

    private void exclude(Member member) {
        owners.values().removeIf(it -> it == member);
        member.isExcluded = true;
    }

    /** Aborts the open transactions of all publishers, as Kafka does after their timeouts. */
    void timeOut() {
        begun.forEach(log::abortIfOpen);
        begun.clear();
    }

    /** A member of the group. */
    final class Member extends MockConsumer<byte[], byte[]> {
        private final ConsumerGroupMetadata metadata = super.groupMetadata();
        private final Map<TopicPartition, Long> positions = new HashMap<>();
        private final Set<TopicPartition> paused = new HashSet<>();
        private @Nullable ConsumerRebalanceListener listener;
        private boolean isExcluded;
        private boolean isDead;

        Member() {
            super("none");
            members.add(this);
            memberships.put(metadata, this);
        }

        void kill() {
            isDead = true;
        }

        @Override
        public void subscribe(Collection<String> topics, ConsumerRebalanceListener callback) {
            listener = callback;
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            maybeFail();
            answers.forEach(Runnable::run);
            answers.clear();
            join();
            var records = new HashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
            for (TopicPartition partition : positions.keySet()) {
                if (!paused.contains(partition)) {
                    records.put(partition, read(partition));
                }
            }
            return new ConsumerRecords<>(records, Map.of());
        }

        private void join() {
            if (isExcluded) {
                isExcluded = false;
                giveUp(Set.copyOf(positions.keySet()));
            }
            Set<TopicPartition> moved = new HashSet<>(positions.keySet());
            moved.removeIf(it -> targets.get(it) == this);
            giveUp(moved);
            List<TopicPartition> added =
                    partitions.stream()
                            .filter(it -> targets.get(it) == this && !owners.containsKey(it))
                            .toList();
            added.forEach(it -> owners.put(it, this));
            added.forEach(it -> positions.put(it, 0L));
            if (listener != null) {
                listener.onPartitionsAssigned(added);
            }
        }

        private void giveUp(Set<TopicPartition> revoked) {
            if (listener != null && !revoked.isEmpty()) {
                listener.onPartitionsRevoked(revoked);
            }
            revoked.forEach(
                    it -> {
                        positions.remove(it);
                        paused.remove(it);
                        owners.remove(it, this);
                    });
        }

        private List<ConsumerRecord<byte[], byte[]>> read(TopicPartition partition) {
            if (leaderless.contains(partition)) {
                return List.of();
            }
            long end = log.stableEnd(partition);
            List<ConsumerRecord<byte[], byte[]>> some =
                    log.committed(partition, position(partition), end, pollRecords);
            long next = some.size() < pollRecords ? end : some.getLast().offset() + 1;
            positions.put(partition, Math.max(position(partition), next));
            return some;
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
                Set<TopicPartition> asked) {
            maybeFail();
            var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
            for (TopicPartition partition : asked) {
                OffsetAndMetadata offset = log.committed(partition);
                if (offset != null) {
                    committed.put(partition, offset);
                }
            }
            return committed;
        }

        @Override
        public synchronized long position(TopicPartition partition) {
            return positions.getOrDefault(partition, 0L);
        }

        @Override
        public synchronized long position(TopicPartition partition, Duration timeout) {
            if (leaderless.contains(partition)) {
                throw new TimeoutException("the position is unknown");
            }
            return position(partition);
        }

        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
            positions.put(partition, offset);
        }

        @Override
        public void seek(TopicPartition partition, OffsetAndMetadata offset) {
            positions.put(partition, offset.offset());
        }

        @Override
        public synchronized void seekToBeginning(Collection<TopicPartition> asked) {
            asked.forEach(it -> positions.put(it, 0L));
        }

        @Override
        public synchronized Set<TopicPartition> paused() {
            return Set.copyOf(paused);
        }

        @Override
        public synchronized void pause(Collection<TopicPartition> asked) {
            paused.addAll(asked);
        }

        @Override
        public synchronized void resume(Collection<TopicPartition> asked) {
            paused.removeAll(Set.copyOf(asked));
        }

        @Override
        public ConsumerGroupMetadata groupMetadata() {
            return metadata;
        }

        @Override
        public void close() {
            isDead = true;
        }
    }

    private boolean mayCommit(TopicPartition partition, ConsumerGroupMetadata metadata) {
        Member owner = owners.get(partition);
        return fault == Fault.EXCLUDED_MEMBER_COMMITS
                || (owner != null && owner == memberships.get(metadata));
    }

    /** The producer of one session. */
    final class Publisher extends MockProducer<byte[], byte[]> {
        private Transaction transaction = new Transaction();
        private @Nullable KafkaException refusal;

        @Override
        public void initTransactions() {
            maybeFail();
        }

        @Override
        public void beginTransaction() {
            log.complete(transaction);
            transaction = log.begin();
            begun.add(transaction);
            refusal = null;
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
            return send(record, (_, _) -> {});
        }

        @Override
        public synchronized Future<RecordMetadata> send(
                ProducerRecord<byte[], byte[]> record, Callback callback) {
            maybeFail();
            if (brokenTopics.contains(record.topic())) {
                var cause = new TopicAuthorizationException(record.topic());
                refusal = new KafkaException("the transaction must be aborted", cause);
                callback.onCompletion(null, cause);
                return CompletableFuture.failedFuture(cause);
            }
            Integer number = record.partition();
            var partition = new TopicPartition(record.topic(), number == null ? 0 : number);
            if (leaderless.contains(partition)) {
                throw new TimeoutException("the record waits for a leader");
            }
            ProducerRecord<byte[], byte[]> written = faulty(record);
            long offset = written == null ? 0 : log.append(partition, written, transaction);
            return CompletableFuture.completedFuture(
                    new RecordMetadata(partition, offset, 0, 0, 0, 0));
        }

        /** Plants a fault; returns null if the record is not written. */
        private @Nullable ProducerRecord<byte[], byte[]> faulty(
                ProducerRecord<byte[], byte[]> record) {
            String key = new String(record.key(), UTF_8);
            boolean isProgress = Progress.isKey(key);
            return switch (fault) {
                case PROGRESS_FORGOTTEN -> isProgress ? null : record;
                case END_FORGOTTEN -> record.value() == null ? null : record;
                case MOVED_WITHOUT_PROGRESS ->
                        record.topic().equals(SUBMISSIONS) && !isProgress
                                ? withoutProgress(record)
                                : record;
                case NONE, SCAN_SKIPPED, SCAN_ENDS_EARLY, EXCLUDED_MEMBER_COMMITS, OFFSET_AHEAD ->
                        record;
            };
        }

        private static ProducerRecord<byte[], byte[]> withoutProgress(
                ProducerRecord<byte[], byte[]> record) {
            Optional<Postponement> moved = Postponement.read(record.headers());
            if (moved.isEmpty()) {
                return record;
            }
            var stripped =
                    new ProducerRecord<>(
                            record.topic(), record.partition(), record.key(), record.value());
            String batch = moved.get().progress().batch();
            new Postponement(moved.get().until(), moved.get().tries(), Progress.none(batch))
                    .writeTo(stripped.headers());
            return stripped;
        }

        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata metadata) {
            interruption.run();
            maybeFail();
            if (!offsets.keySet().stream().allMatch(it -> mayCommit(it, metadata))) {
                throw new CommitFailedException();
            }
            int ahead = fault == Fault.OFFSET_AHEAD ? 1 : 0;
            offsets.forEach(
                    (partition, offset) ->
                            transaction.offsets.put(
                                    partition,
                                    new OffsetAndMetadata(
                                            offset.offset() + ahead,
                                            keepsMetadata ? offset.metadata() : "")));
        }

        @Override
        public void commitTransaction() {
            interruption.run();
            maybeFail();
            if (refusal != null) {
                throw refusal;
            }
            if (!transaction.isOpen()) {
                throw new KafkaException("the transaction has timed out");
            }
            log.end(transaction, true);
            onCommit.accept(transaction);
            maybeFail();
        }

        @Override
        public void abortTransaction() {
            log.abortIfOpen(transaction);
        }

        @Override
        public void close() {
            log.abortIfOpen(transaction);
        }
    }

    /** Answers the questions of one session. */
    TopicQueries queries() {
        return new TopicQueries() {
            @Override
            public void require(String topic) throws RequestTopicException {
                if (brokenTopics.contains(topic) && random.nextBoolean()) {
                    throw new RequestTopicException(topic, new KafkaException("missing"));
                }
            }

            @Override
            public Future<Long> end(TopicPartition partition) {
                if (leaderless.contains(partition) || fails()) {
                    return CompletableFuture.failedFuture(new TimeoutException("no answer"));
                }
                long end =
                        switch (fault) {
                            case SCAN_SKIPPED -> 0;
                            case SCAN_ENDS_EARLY -> log.stableEnd(partition);
                            default -> log.end(partition);
                        };
                var answer = new CompletableFuture<Long>();
                answers.add(() -> answer.complete(end));
                if (!answersLater) {
                    answers.removeLast().run();
                }
                return answer;
            }

            @Override
            public void close() {}
        };
    }
}
