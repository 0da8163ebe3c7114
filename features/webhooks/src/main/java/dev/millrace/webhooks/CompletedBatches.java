package dev.millrace.webhooks;

import static java.util.stream.Collectors.toSet;

import dev.millrace.contracts.webhook.EventType;
import dev.millrace.results.BatchEventKeys;
import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchEnd;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.batch.BatchStatus;
import dev.millrace.results.batch.ManifestStatus;
import dev.millrace.results.query.QueryRunner;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.FailureKind;
import dev.millrace.webhooks.outbox.Event;
import dev.millrace.webhooks.outbox.SubmittedBatches;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/**
 * Finds completed batches: batches with as many jobs and dead letters as lines in their manifests.
 * Counts only batches that were not reported, and large batches seldom. Used by one thread.
 */
final class CompletedBatches implements EventSource {
    /** A batch is counted again after this many times the duration of its last count. */
    private static final int REST = 20;

    /** Shortest time until a batch is counted again after a failed count. */
    private static final Duration MIN_REST_AFTER_FAILURE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(CompletedBatches.class);

    private final String jdbcUrl;
    private final InstantSource clock;
    private final Map<BatchKey, Check> checks = new HashMap<>();

    /**
     * The largest reported number of lines by {@link BatchEventKeys#prefix(BatchKey)}, once they
     * are loaded. Has only batches with manifests. The number of lines of a batch falls as its
     * manifests expire one by one.
     */
    private final Map<String, Long> reported = new HashMap<>();

    private boolean isLoaded;

    CompletedBatches(String jdbcUrl, InstantSource clock) {
        this.jdbcUrl = jdbcUrl;
        this.clock = clock;
    }

    /**
     * The last count of a batch.
     *
     * @param next when to count again
     */
    private record Check(Instant next, boolean hasFailed) {}

    /**
     * Returns the complete batches with more lines than were reported. Also returns the reported
     * batches, so that their keys are kept as long as their manifests. The last look counts every
     * batch.
     */
    @Override
    public List<Event> find(Instant now, boolean isLast) throws DatabaseException {
        try (QueryRunner runner = QueryRunner.open(jdbcUrl)) {
            var batches = new SubmittedBatches(runner);
            if (!isLoaded) {
                batches.reported().forEach(this::remember);
                isLoaded = true;
            }
            Map<BatchKey, Long> lines = batches.lines();
            checks.keySet().retainAll(lines.keySet());
            reported.keySet()
                    .retainAll(
                            lines.keySet().stream().map(BatchEventKeys::prefix).collect(toSet()));
            var events = new ArrayList<Event>();
            for (Map.Entry<BatchKey, Long> each : lines.entrySet()) {
                String prefix = BatchEventKeys.prefix(each.getKey());
                long largest = reported.getOrDefault(prefix, 0L);
                if (largest > 0) {
                    events.add(known(prefix + largest));
                }
                if (each.getValue() > largest) {
                    check(runner, each.getKey(), isLast).ifPresent(events::add);
                }
            }
            return events;
        }
    }

    /** Remembers recorded events, so that their batches are not counted again. */
    @Override
    public void onRecorded(List<Event> events) {
        for (Event event : events) {
            remember(event.key());
        }
    }

    private void remember(String key) {
        int end = key.lastIndexOf('/') + 1;
        reported.merge(key.substring(0, end), Long.parseLong(key.substring(end)), Math::max);
    }

    /**
     * Returns the event of a batch if the batch is complete. Counting that fails delays the batch,
     * not the others.
     *
     * @throws DatabaseException if the database is not available
     */
    private Optional<Event> check(QueryRunner runner, BatchKey batch, boolean isLast)
            throws DatabaseException {
        Check last = checks.get(batch);
        Instant start = clock.instant();
        if (last != null && start.isBefore(last.next) && !isLast) {
            return Optional.empty();
        }
        try {
            Optional<Event> found = find(runner, batch, start);
            checks.put(batch, new Check(clock.instant().plus(rest(start)), false));
            return found;
        } catch (DatabaseException e) {
            Duration rest = Collections.max(List.of(rest(start), MIN_REST_AFTER_FAILURE));
            checks.put(batch, new Check(clock.instant().plus(rest), true));
            if (e.kind() == FailureKind.DOWN || e.kind() == FailureKind.BUSY) {
                throw e;
            }
            if (last == null || !last.hasFailed) {
                LOG.atWarn()
                        .addKeyValue("tenant", batch.tenant())
                        .addKeyValue("batch", batch.batch())
                        .addKeyValue("problem", e.getMessage())
                        .log("a batch cannot be counted, so its end is not reported to webhooks");
            }
            return Optional.empty();
        }
    }

    private Duration rest(Instant start) {
        return Duration.between(start, clock.instant()).multipliedBy(REST);
    }

    private static Optional<Event> find(QueryRunner runner, BatchKey batch, Instant now)
            throws DatabaseException {
        Optional<BatchStatus> status = new BatchReader(runner, now).find(batch);
        Optional<ManifestStatus> manifest =
                status.flatMap(BatchStatus::manifest).filter(ManifestStatus::isComplete);
        return manifest.isPresent() && BatchEnd.isStored(runner, status.get())
                ? Optional.of(event(status.get(), manifest.get(), now))
                : Optional.empty();
    }

    /** Returns an event without content for a recorded key, so that the retention keeps the key. */
    private static Event known(String key) {
        return new Event(key, List.of(), EventType.BATCH_COMPLETED, Instant.EPOCH, _ -> {});
    }

    private static Event event(BatchStatus status, ManifestStatus manifest, Instant now) {
        return new Event(
                BatchEventKeys.prefix(status.key()) + manifest.lines(),
                List.of(),
                EventType.BATCH_COMPLETED,
                status.lastFinished().orElse(now),
                json -> write(json, status, manifest));
    }

    private static void write(JsonGenerator json, BatchStatus status, ManifestStatus manifest) {
        json.writeStringProperty("tenant", status.key().tenant());
        json.writeStringProperty("batch", status.key().batch());
        json.writeNumberProperty("lines", manifest.lines());
        json.writeNumberProperty("succeeded", status.succeeded());
        json.writeNumberProperty("failed", status.failed());
        json.writeNumberProperty("dead_letters", status.deadLetters());
        json.writeStringProperty("submitted_at", manifest.submittedAt().toString());
        json.writeStringProperty("submitted_by", manifest.submittedBy());
        manifest.retryOf().ifPresent(it -> json.writeStringProperty("retry_of", it));
    }
}
