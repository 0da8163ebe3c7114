package dev.millrace.gateway.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * The batches that were read but not begun, in the order of their offsets. Tenants take turns, so
 * that no tenant waits until all batches of another are published. In a round, each tenant has one
 * turn. Used by one thread.
 */
final class WaitingBatches {
    /** Duration of a tenant's turn, in which its batches are begun while batches of others wait. */
    private static final Duration TURN = Duration.ofMillis(500);

    /** Maximum size of the held batches of one partition in production. */
    static final int MAX_OF_PARTITION = 1_000;

    private final int maxOfPartition;
    private final Map<TopicPartition, List<OwnedBatch>> partitions = new HashMap<>();

    /** Tenants that have had their turn in this round. */
    private final Set<String> served = new HashSet<>();

    /** Retry times of the tenants with an unwritable request topic, by tenant. */
    private final Map<String, Instant> blocked = new HashMap<>();

    private String tenant = "";
    private Instant turnEnd = Instant.EPOCH;

    /** Earliest time at which full partitions are moved back again. */
    private Instant nextMove = Instant.EPOCH;

    /**
     * @param maxOfPartition maximum size of the held batches of one partition: each batch counts as
     *     1, and each entry of its metadata too. One poll can exceed the maximum.
     */
    WaitingBatches(int maxOfPartition) {
        this.maxOfPartition = maxOfPartition;
    }

    /** Adds a batch behind the others of its partition. */
    void add(OwnedBatch batch) {
        partitions.computeIfAbsent(batch.partition(), _ -> new ArrayList<>()).add(batch);
    }

    /** Lets all batches of a tenant wait until a time. */
    void block(String tenant, Instant end) {
        blocked.put(tenant, end);
    }

    private boolean isDue(OwnedBatch batch, Instant now) {
        Instant end = blocked.getOrDefault(batch.submission().tenant(), Instant.EPOCH);
        return batch.isDue(now) && !end.isAfter(now);
    }

    /** Returns true for a batch that is retried later itself, or whose tenant is blocked. */
    boolean isPostponed(OwnedBatch batch) {
        return batch.isPostponed() || blocked.containsKey(batch.submission().tenant());
    }

    /** Returns true if a tenant is blocked, or a batch of it from this partition is held. */
    boolean waits(TopicPartition partition, String tenant) {
        return blocked.containsKey(tenant)
                || partitions.getOrDefault(partition, List.of()).stream()
                        .anyMatch(it -> it.submission().tenant().equals(tenant));
    }

    void forget(TopicPartition partition) {
        partitions.remove(partition);
    }

    /** Removes all records of a batch that has ended. */
    void remove(TopicPartition partition, String batch) {
        partitions
                .getOrDefault(partition, new ArrayList<>())
                .removeIf(it -> it.submission().id().equals(batch));
    }

    /** Returns the partitions from which no more batches should be read now. */
    Set<TopicPartition> full() {
        var full = new HashSet<TopicPartition>();
        partitions.forEach(
                (partition, batches) -> {
                    if (size(batches) >= maxOfPartition) {
                        full.add(partition);
                    }
                });
        return full;
    }

    private static int size(List<OwnedBatch> batches) {
        return batches.stream().mapToInt(it -> 1 + it.submission().metadata().size()).sum();
    }

    /**
     * Begins a round if each tenant has had its turn. Removes and returns the batches of full
     * partitions. They must be moved back, because they may precede batches of other tenants.
     *
     * @param mayHaveOthers false for a partition without other batches to read
     */
    List<List<OwnedBatch>> startRound(Instant now, Predicate<TopicPartition> mayHaveOthers) {
        blocked.values().removeIf(it -> !it.isAfter(now));
        boolean isTurn = now.isBefore(turnEnd) && find(now, tenant::equals).isPresent();
        if (isTurn || find(now, it -> !served.contains(it)).isPresent()) {
            return List.of();
        }
        served.clear();
        turnEnd = now;
        if (now.isBefore(nextMove)) {
            return List.of();
        }
        nextMove = now.plus(TURN);
        var moved = new ArrayList<List<OwnedBatch>>();
        for (TopicPartition partition : full()) {
            if (mayHaveOthers.test(partition)) {
                moved.add(partitions.getOrDefault(partition, List.of()));
                partitions.remove(partition);
            }
        }
        return moved;
    }

    /** Removes and returns a due batch of the tenant whose turn it is; empty if none is due. */
    Optional<OwnedBatch> take(Instant now) {
        Optional<OwnedBatch> next =
                now.isBefore(turnEnd) ? find(now, tenant::equals) : Optional.empty();
        if (next.isEmpty()) {
            next = find(now, it -> !served.contains(it));
            next.ifPresent(it -> startTurn(it.submission().tenant(), now));
        }
        next.ifPresent(it -> partitions.getOrDefault(it.partition(), List.of()).remove(it));
        return next;
    }

    private void startTurn(String next, Instant now) {
        tenant = next;
        turnEnd = now.plus(TURN);
        served.add(next);
    }

    /** A due batch, with the number of batches of its partition that it overtakes. */
    private record Candidate(OwnedBatch batch, int overtaken) {}

    /** Returns the due batch of the given tenants that overtakes the fewest others. */
    private Optional<OwnedBatch> find(Instant now, Predicate<String> tenants) {
        return partitions.values().stream()
                .flatMap(it -> candidate(it, now, tenants).stream())
                .min(
                        Comparator.comparingInt(Candidate::overtaken)
                                .thenComparing(it -> it.batch().submission().createdAt()))
                .map(Candidate::batch);
    }

    private Optional<Candidate> candidate(
            List<OwnedBatch> batches, Instant now, Predicate<String> tenants) {
        int overtaken = 0;
        for (OwnedBatch batch : batches) {
            if (isDue(batch, now) && tenants.test(batch.submission().tenant())) {
                return Optional.of(new Candidate(batch, overtaken));
            }
            overtaken++;
        }
        return Optional.empty();
    }

    /** Returns true if a batch is due. */
    boolean hasDue(Instant now) {
        return find(now, _ -> true).isPresent();
    }

    /** Removes and returns the batches of a partition whose offset is lower. */
    List<OwnedBatch> takeBefore(TopicPartition partition, long offset) {
        List<OwnedBatch> batches = partitions.getOrDefault(partition, List.of());
        List<OwnedBatch> before = batches.stream().filter(it -> it.offset() < offset).toList();
        batches.subList(0, before.size()).clear();
        return before;
    }

    Stream<OwnedBatch> all() {
        return partitions.values().stream().flatMap(List::stream);
    }
}
