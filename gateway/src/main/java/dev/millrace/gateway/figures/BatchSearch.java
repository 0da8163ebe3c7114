package dev.millrace.gateway.figures;

import dev.millrace.contracts.batch.BatchOrigin;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.results.BatchKey;
import dev.millrace.results.ResultStore;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.batch.BatchStatus;
import dev.millrace.results.batch.ManifestReader;
import dev.millrace.results.query.Condition;
import dev.millrace.results.query.Query;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds batches by a text, among the latest submissions and the batches of the latest results. The
 * number of rows that a search reads is bounded, however many are stored.
 */
public final class BatchSearch {
    /** Number of the latest results and of the latest manifests that are searched. */
    private static final int ROWS = 5_000;

    /** Age of the oldest result whose batch is searched, unless the batch has a manifest. */
    private static final Duration WINDOW = Duration.ofHours(1);

    private final QueryRunner runner;
    private final Instant now;

    /**
     * Creates a search that does not close the runner.
     *
     * @param now the present time, for estimates of ends
     */
    public BatchSearch(QueryRunner runner, Instant now) {
        this.runner = runner;
        this.now = now;
    }

    /** A batch that can be found, with its latest submission or result. */
    private static final class Candidate {
        private Instant latest = Instant.MIN;
        private BatchOrigin origin = BatchOrigin.UNKNOWN;

        private void add(Instant time, BatchOrigin found) {
            latest = time.isAfter(latest) ? time : latest;
            origin = origin.plus(found);
        }
    }

    /**
     * Returns the batches with the latest submissions and results, latest first.
     *
     * @param tenant the only tenant; empty for all
     * @param text part of the batch's name, its tenant, its file's name or its metadata, in any
     *     case, or the whole {@code custom_id} of one of its jobs that have ended; empty for all
     *     batches
     */
    public List<ListedBatch> latest(Optional<String> tenant, Optional<String> text, int limit)
            throws DatabaseException {
        Map<BatchKey, Candidate> candidates = candidates(tenant);
        Set<BatchKey> ofJob =
                text.isPresent() ? withJob(candidates.keySet(), text.get()) : Set.of();
        List<BatchKey> found =
                candidates.entrySet().stream()
                        .filter(
                                it ->
                                        text.isEmpty()
                                                || ofJob.contains(it.getKey())
                                                || matches(
                                                        it.getKey(),
                                                        it.getValue().origin,
                                                        text.get()))
                        .sorted(
                                Comparator.comparing(
                                                (Map.Entry<BatchKey, Candidate> it) ->
                                                        it.getValue().latest)
                                        .reversed())
                        .limit(limit)
                        .map(Map.Entry::getKey)
                        .toList();
        return listed(found);
    }

    private Map<BatchKey, Candidate> candidates(Optional<String> tenant) throws DatabaseException {
        var found = new HashMap<BatchKey, Candidate>();
        read(
                "finished_at, NULL FROM results",
                new Condition()
                        .and("finished_at >= ?", List.of(now.minus(WINDOW)))
                        .and("tenant = ?", tenant),
                "finished_at",
                found);
        read(
                "recorded_at, origin FROM manifests",
                new Condition().and("tenant = ?", tenant),
                "recorded_at",
                found);
        return found;
    }

    private void read(
            String columns, Condition condition, String time, Map<BatchKey, Candidate> found)
            throws DatabaseException {
        runner.run(
                Query.of(
                        "SELECT tenant, batch, %s WHERE %s ORDER BY %s DESC LIMIT %d"
                                .formatted(columns, condition.sql(), time, ROWS),
                        condition.parameters()),
                row ->
                        found.computeIfAbsent(
                                        new BatchKey(row.getString(1), row.getString(2)),
                                        _ -> new Candidate())
                                .add(runner.dialect().instant(row, 3), origin(row.getString(4))));
    }

    private static BatchOrigin origin(@Nullable String stored) {
        return stored == null ? BatchOrigin.UNKNOWN : ManifestReader.origin(stored);
    }

    private static boolean matches(BatchKey key, BatchOrigin origin, String text) {
        String part = text.toLowerCase(Locale.ROOT);
        return Stream.of(
                        Stream.of(key.tenant(), key.batch()),
                        origin.file().stream(),
                        origin.metadata().entrySet().stream()
                                .map(it -> it.getKey() + ": " + it.getValue()))
                .flatMap(it -> it)
                .anyMatch(it -> it.toLowerCase(Locale.ROOT).contains(part));
    }

    /** Returns the batches in which a job with the given custom_id has a result. */
    private Set<BatchKey> withJob(Set<BatchKey> batches, String customId) throws DatabaseException {
        var ids = new ArrayList<JobId>();
        batches.forEach(it -> ids.add(JobId.of(it.tenant(), it.batch(), customId)));
        var found = new HashSet<BatchKey>();
        for (ResultView job : new ResultStore(runner).views(ids).values()) {
            found.add(new BatchKey(job.tenant(), job.batch()));
        }
        return found;
    }

    private List<ListedBatch> listed(List<BatchKey> keys) throws DatabaseException {
        var reader = new BatchReader(runner, now);
        var batches = new ArrayList<ListedBatch>();
        for (BatchKey key : keys) {
            Optional<BatchStatus> status = reader.find(key);
            if (status.isPresent()) {
                batches.add(ListedBatch.of(status.get(), runner));
            }
        }
        return batches;
    }
}
