package dev.millrace.bench.torture;

import static java.net.HttpURLConnection.HTTP_OK;

import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What the clients did and saw. All collections are thread-safe.
 *
 * @param batches jobs of each accepted batch
 * @param cancelled jobs of batches that may have been cancelled
 * @param bans what must not be called
 * @param secrets all secrets of the clients' key, the current one last
 */
record ClientHistory(
        Queue<SentRecord> records,
        Queue<ClientAnswer> answers,
        Map<String, List<String>> batches,
        Set<String> cancelled,
        Queue<Ban> bans,
        Deque<String> secrets) {
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

        /** Returns the job, or the place of a record that is no request. */
        String jobOrOrigin() {
            return jobId == null ? partition + "/" + offset : jobId;
        }
    }

    /**
     * A cancellation or pause that Kafka or a gateway has accepted.
     *
     * @param name id of a job, or name of a model
     * @param from time of the acceptance, in milliseconds
     */
    record Ban(String name, long from, long to) {}

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
        boolean isGood() {
            return status == HTTP_OK && isComplete;
        }
    }

    ClientHistory() {
        this(
                new ConcurrentLinkedQueue<>(),
                new ConcurrentLinkedQueue<>(),
                new ConcurrentHashMap<>(),
                ConcurrentHashMap.newKeySet(),
                new ConcurrentLinkedQueue<>(),
                new ConcurrentLinkedDeque<>());
    }
}
