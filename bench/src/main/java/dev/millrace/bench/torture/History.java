package dev.millrace.bench.torture;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** What the clients did and saw. Thread-safe. */
final class History {
    private final Queue<SentRecord> records = new ConcurrentLinkedQueue<>();
    private final Queue<ClientAnswer> answers = new ConcurrentLinkedQueue<>();
    private final Map<String, List<String>> batches = new ConcurrentHashMap<>();
    private final Queue<String> secrets = new ConcurrentLinkedQueue<>();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();

    /**
     * A record in the request topic.
     *
     * @param jobId null if the record is no request
     * @param offset -1 if it is unknown whether Kafka has the record
     */
    record SentRecord(String marker, @Nullable String jobId, int partition, long offset) {
        boolean isAccepted() {
            return offset >= 0;
        }
    }

    /**
     * A call that was answered.
     *
     * @param key its idempotency key; null if none
     * @param text the answer's text, or the error
     * @param isComplete false if its stream ended with an error
     */
    record ClientAnswer(
            String marker,
            @Nullable String key,
            @Nullable String jobId,
            int status,
            String text,
            boolean isComplete) {
        private static final int OK = 200;

        boolean isGood() {
            return status == OK && isComplete;
        }
    }

    void add(SentRecord record) {
        records.add(record);
    }

    void add(ClientAnswer answer) {
        answers.add(answer);
    }

    /** Adds a batch that a gateway has accepted, with the custom_ids of its lines. */
    void addBatch(String id, List<String> lines) {
        batches.put(id, List.copyOf(lines));
    }

    /** Notes that somebody asked to cancel a batch. */
    void addCancellation(String batch) {
        cancelled.add(batch);
    }

    /** Adds a secret that clients use from now on, instead of earlier ones. */
    void addSecret(String secret) {
        secrets.add(secret);
    }

    /** Returns all secrets of clients, the current one last. */
    List<String> secrets() {
        return List.copyOf(secrets);
    }

    List<SentRecord> records() {
        return List.copyOf(records);
    }

    List<ClientAnswer> answers() {
        return List.copyOf(answers);
    }

    /** Returns the custom_ids of the lines of each accepted batch. */
    Map<String, List<String>> batches() {
        return Map.copyOf(batches);
    }

    Set<String> cancelled() {
        return Set.copyOf(cancelled);
    }
}
