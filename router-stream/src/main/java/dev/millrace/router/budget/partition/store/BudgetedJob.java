package dev.millrace.router.budget.partition.store;

import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.router.document.SplitPlan;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.waiting.WaitingJob;
import java.math.BigDecimal;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A planned job that needs money, with the record that it came in.
 *
 * @param key of the record; null for none
 * @param headers of the record; shared, must not be modified
 * @param timestamp of the record
 * @param sinceMillis when the job came, in milliseconds since the epoch
 */
public record BudgetedJob(
        PlannedJob job, byte @Nullable [] key, Headers headers, long timestamp, long sinceMillis) {
    /** Name of the stored header with the plan of a split document; no record has it. */
    private static final String SPLIT = MillraceHeaders.PREFIX + "split";

    /**
     * Returns true if the record has more headers than a job may have. Its routing rejects such a
     * job, so no money is needed, and it must not be stored.
     */
    public boolean hasTooManyHeaders() {
        return OutgoingRecords.headerBytes(OutgoingRecords.userHeaders(headers))
                > OutgoingRecords.MAX_USER_BYTES;
    }

    /**
     * Returns the money that the job needs.
     *
     * @throws IllegalStateException if the plan has no highest cost
     */
    public NeededUsd needed() {
        JobCostLimit limit = costLimit();
        return new NeededUsd(limit.leastUsd(), limit.reservedUsd());
    }

    private JobCostLimit costLimit() {
        JobCostLimit costLimit = job.headers().costLimit();
        if (costLimit == null) {
            throw new IllegalStateException("a job with an account has no highest cost");
        }
        return costLimit;
    }

    /** Returns a copy that may cost what is reserved for it. */
    public BudgetedJob reserve(BigDecimal usd) {
        return with(
                it ->
                        new PlannedJob(
                                it.identity(),
                                it.origin(),
                                it.headers().withCostLimit(costLimit().reserve(usd)),
                                it.bytes(),
                                it.split()));
    }

    /** Returns a copy with another plan. */
    public BudgetedJob with(UnaryOperator<PlannedJob> change) {
        return new BudgetedJob(change.apply(job), key, headers, timestamp, sinceMillis);
    }

    /** Returns this job as a waiting job. */
    public WaitingJob toWaiting(String group, long sequence) {
        JobHeaders planned = job.headers();
        return new WaitingJob(
                group,
                sequence,
                planned.jobId(),
                planned.tenant(),
                planned.batch(),
                planned.submittedAt(),
                planned.deadline());
    }

    /** Returns the entry of this job. */
    public byte[] encode() {
        var plan = new RecordHeaders();
        job.headers().writeTo(plan);
        MillraceHeaders.put(plan, MillraceHeaders.API_KEY, job.identity().apiKey());
        MillraceHeaders.put(plan, SPLIT, job.split() == null ? null : job.split().text());
        return new ParkedRecord(
                        sinceMillis,
                        timestamp,
                        job.origin(),
                        job.identity().batchLimitUsd(),
                        plan,
                        OutgoingRecords.userHeaders(headers),
                        key,
                        job.bytes())
                .encode();
    }

    /** Reads what {@link #encode} wrote; throws any exception for another entry. */
    public static BudgetedJob decode(byte[] entry) {
        ParkedRecord parked = ParkedRecord.decode(entry);
        JobHeaders plan = plan(parked.plan());
        var identity =
                identity(
                        plan,
                        line(parked.bytes()),
                        parked.batchLimit(),
                        MillraceHeaders.text(parked.plan(), MillraceHeaders.API_KEY).orElse(null));
        SplitPlan split =
                MillraceHeaders.text(parked.plan(), SPLIT).map(SplitPlan::parse).orElse(null);
        var job = new PlannedJob(identity, parked.origin(), plan, parked.bytes(), split);
        return new BudgetedJob(
                job, parked.key(), parked.headers(), parked.timestamp(), parked.sinceMillis());
    }

    /** Parses the request again, since its metadata may be as long as the request. */
    private static RequestLine line(byte[] bytes) {
        if (RequestParser.parse(bytes) instanceof ParseResult.Accepted accepted) {
            return accepted.line();
        }
        throw new IllegalStateException("a parked job is not a batch line");
    }

    private static JobIdentity identity(
            JobHeaders plan,
            RequestLine line,
            @Nullable BigDecimal limit,
            @Nullable String apiKey) {
        return new JobIdentity(
                plan.jobId(),
                line.customId(),
                plan.tenant(),
                plan.batch(),
                plan.line(),
                line.options().labels(),
                limit,
                apiKey,
                null);
    }

    private static JobHeaders plan(Headers headers) {
        try {
            return JobHeaders.read(headers);
        } catch (UnreadableHeader e) {
            throw new IllegalStateException("the plan of a parked job cannot be read", e);
        }
    }
}
