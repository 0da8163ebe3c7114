package dev.millrace.worker.loop;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.worker.outcome.CostLedger;
import dev.millrace.worker.port.Providers;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A job that this worker has taken and not finished. Belongs to the loop's thread; a call under way
 * reads its record and its model, which never change.
 *
 * <pre>
 *            announced             committed             failed              due
 *   READY ──────────────► STARTING ─────────► RUNNING ──────────► WAITING ───────► READY
 *    │  ▲                    │                   │                   ▲
 *    │  └── not committed ───┴── too late, or ───┘                   │
 *    │                           without a wait                      │
 *    └──────────── the retry budget is used up ──────────────────────┘
 *
 *   READY    ──► ENDED   past its deadline, cancelled, out of attempts, or given back
 *   RUNNING  ──► ENDED   settled, broken off, or lost with its partition
 *   WAITING  ──► ENDED   past its deadline, cancelled, or given back
 * </pre>
 *
 * <p>A job is STARTING only during a commit. One that is late again and again waits in between.
 */
final class Job {
    /** The time of its submission is a claim, which may be far from any other and overflow. */
    private static final Duration LONGEST_QUEUED = Duration.ofDays(365);

    final Partition partition;
    final ConsumerRecord<byte[], byte[]> record;
    final JobHeaders headers;
    final Model model;
    final CostLedger costs;

    State state = State.READY;
    @Nullable RequestLine line;
    Providers.@Nullable Call call;

    /** Its call under way as the watchdog sees it; null when no report is awaited. */
    CallWatchdog.@Nullable WatchedCall watched;

    /** Calls begun for it, at other models and by earlier owners too. */
    int attempts;

    /**
     * Whether it goes alone, since every attempt so far may have ended with its worker and the next
     * one is its last: so a job that kills workers takes no other job's last attempt along.
     */
    boolean isPoisonCandidate;

    /** Whether its next attempt is one that the retry budget counts. */
    boolean isRetry;

    /**
     * Calls that were launched here, so that the report of one taken for lost can be told apart.
     */
    int launches;

    /** Calls that could not be sent in time. */
    int lates;

    @Nullable Instant lastStart;
    long upstreamMs;
    long dueNanos;

    /** Most jobs have none. */
    private Map<ErrorCode, Integer> failures = Map.of();

    enum State {
        READY,
        STARTING,
        RUNNING,
        WAITING,
        ENDED
    }

    Job(
            Partition partition,
            ConsumerRecord<byte[], byte[]> record,
            JobHeaders headers,
            Model model,
            CostLedger costs) {
        this.partition = partition;
        this.record = record;
        this.headers = headers;
        this.model = model;
        this.costs = costs;
        this.attempts = headers.attempts();
    }

    /**
     * The record without the headers that have been read. What is left is copied, since a header of
     * a fetched record keeps the whole fetch in memory.
     */
    static ConsumerRecord<byte[], byte[]> slim(ConsumerRecord<byte[], byte[]> record) {
        var rest = new RecordHeaders();
        for (Header header : record.headers()) {
            if (!header.key().startsWith(MillraceHeaders.PREFIX)) {
                rest.add(header.key(), header.value());
            }
        }
        return with(record, rest);
    }

    /** The record with all its headers. */
    ConsumerRecord<byte[], byte[]> original() {
        var all = new RecordHeaders(record.headers());
        headers.writeTo(all);
        return with(record, all);
    }

    private static ConsumerRecord<byte[], byte[]> with(
            ConsumerRecord<byte[], byte[]> record, RecordHeaders headers) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value(),
                headers,
                record.leaderEpoch());
    }

    long offset() {
        return record.offset();
    }

    /** In bulk none is: a tenant that runs ahead has no claim to go first. */
    boolean isCritical() {
        return headers.priority() == Priority.CRITICAL && partition.lane == Lane.NORMAL;
    }

    /** Bytes that it holds while it is open. */
    long bytes() {
        return Partition.bytes(record);
    }

    /** How many of its attempts here ended with that error, this one included. */
    int countFailure(ErrorCode error) {
        if (failures.isEmpty()) {
            failures = new EnumMap<>(ErrorCode.class);
        }
        return failures.merge(error, 1, Integer::sum);
    }

    /** From its submission to the last call's start, a year at most; to now when there was none. */
    long queuedMs(Instant now) {
        Instant until = lastStart == null ? now : lastStart;
        Duration queued = Duration.between(headers.submittedAt(), until);
        if (queued.isNegative()) {
            return 0;
        }
        return queued.compareTo(LONGEST_QUEUED) < 0 ? queued.toMillis() : LONGEST_QUEUED.toMillis();
    }
}
