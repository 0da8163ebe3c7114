package dev.millrace.router.documents;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a split job.
 *
 * <pre>
 * level 0: the parts ─► level 1: jobs that join answers ─► … ─► last level: one job, whose answer
 *                                                                ends the split job
 * </pre>
 *
 * <p>A failed job sends nothing more, and ends when no part is running.
 *
 * @param job id of the job
 * @param sequence position of its record among the split jobs
 * @param sinceMillis when it arrived, in milliseconds since the epoch
 * @param level the current level
 * @param count number of jobs of the level
 * @param next index of the next job of the level to send
 * @param running number of jobs that were sent and have not ended
 * @param omitted number of parts that failed and were left out
 * @param costs past and possible costs of its parts
 * @param failure why it fails; null for a job that does not fail
 */
record SplitProgress(
        JobId job,
        long sequence,
        long sinceMillis,
        int level,
        int count,
        int next,
        int running,
        int omitted,
        Costs costs,
        @Nullable Failure failure) {
    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 192;

    /**
     * The reason of a job's failure.
     *
     * @param code an error code
     */
    record Failure(String code, String message) {}

    /**
     * The past costs of a job's parts, and the possible costs of running parts.
     *
     * @param callsLeft planned calls that were not sent yet
     * @param reservedUsd highest cost of the running parts
     * @param spentUsd highest cost of the ended parts
     * @param billedUsd known bills of the ended parts
     * @param attempts calls made for ended parts
     * @param joins number of sent jobs that join answers
     */
    record Costs(
            int callsLeft,
            BigDecimal reservedUsd,
            BigDecimal spentUsd,
            BigDecimal billedUsd,
            int attempts,
            int joins) {
        static Costs ofPlan(int calls) {
            return new Costs(calls, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, 0, 0);
        }

        /** Returns the costs after a part or a call that joins answers was sent. */
        public Costs onSent(BigDecimal reserved, boolean isJoin) {
            return new Costs(
                    Math.max(0, callsLeft - 1),
                    reservedUsd.add(reserved),
                    spentUsd,
                    billedUsd,
                    attempts,
                    joins + (isJoin ? 1 : 0));
        }

        /** Returns the costs after the report of a part's end. */
        public Costs onEnd(RunningPart part, PartReply reply) {
            JobEnd end = reply.end().end();
            int calls = end == null ? reply.end().attempt() : end.attempts();
            BigDecimal billed = end == null ? BigDecimal.ZERO : end.jobCostUsd();
            BigDecimal known =
                    reply.end().kind() == CostKind.UNCERTAIN
                            ? billed.add(reply.end().costUsd())
                            : billed;
            return onEnd(part, part.spentUsd(calls, known), billed, calls);
        }

        /** Returns the costs after the end of a part with an unreadable entry. */
        public Costs onEnd(PartReply reply) {
            JobEnd end = reply.end().end();
            return end == null
                    ? this
                    : new Costs(
                            callsLeft,
                            reservedUsd,
                            spentUsd,
                            billedUsd.add(end.jobCostUsd()),
                            attempts + end.attempts(),
                            joins);
        }

        /**
         * Returns the costs after a part was lost. The whole reservation of the part counts as
         * spent, and one more call is planned, which sends it again.
         */
        public Costs onLost(RunningPart part) {
            Costs after = onEnd(part, part.reservedUsd(), BigDecimal.ZERO, 0);
            return new Costs(
                    callsLeft + 1, after.reservedUsd, after.spentUsd, billedUsd, attempts, joins);
        }

        private Costs onEnd(RunningPart part, BigDecimal spent, BigDecimal billed, int calls) {
            return new Costs(
                    callsLeft,
                    reservedUsd.subtract(part.reservedUsd()),
                    spentUsd.add(spent),
                    billedUsd.add(billed),
                    attempts + calls,
                    joins);
        }
    }

    /** Returns the progress of a new job, before any part is sent. */
    static SplitProgress start(
            JobId job, long sequence, long sinceMillis, int parts, int plannedCalls) {
        return new SplitProgress(
                job, sequence, sinceMillis, 0, parts, 0, 0, 0, Costs.ofPlan(plannedCalls), null);
    }

    /**
     * Returns why the job fails.
     *
     * @throws NullPointerException if it does not fail
     */
    Failure reason() {
        return Objects.requireNonNull(failure);
    }

    /** Returns true if the job sends no more parts and will end with {@link #reason}. */
    boolean isFailing() {
        return failure != null;
    }

    /** Returns true if the level has one job, whose answer ends the split job. */
    boolean isLastLevel() {
        return level > 0 && count == 1;
    }

    /** Returns true if all jobs of the level were sent and have ended. */
    boolean isLevelDone() {
        return next == count && running == 0;
    }

    /** Returns the progress after the next job of the level was sent. */
    SplitProgress onSent(BigDecimal reserved) {
        return with(next + 1, running + 1, omitted, costs.onSent(reserved, level > 0), failure);
    }

    /** Returns the progress after a lost part was sent again. */
    SplitProgress onSentAgain(BigDecimal reserved) {
        return with(next, running + 1, omitted, costs.onSent(reserved, false), failure);
    }

    /** Returns the progress after a running job has ended. */
    SplitProgress onEnd(Costs after) {
        return with(next, running - 1, omitted, after, failure);
    }

    /** Returns the progress without lost parts whose entries cannot be read. */
    SplitProgress onForgotten(int parts) {
        return with(next, running - parts, omitted, costs, failure);
    }

    /** Returns the progress after an ended part was left out. */
    SplitProgress onOmitted() {
        return with(next, running, omitted + 1, costs, failure);
    }

    /** Returns the progress of a job that fails; the first failure counts. */
    SplitProgress toFailing(Failure reason) {
        return isFailing() ? this : with(next, running, omitted, costs, reason);
    }

    /**
     * Returns the progress at the beginning of the next level.
     *
     * @param jobs number of jobs of that level, at least 1
     */
    SplitProgress toNextLevel(int jobs) {
        return new SplitProgress(
                job, sequence, sinceMillis, level + 1, jobs, 0, running, omitted, costs, failure);
    }

    private SplitProgress with(
            int newNext,
            int newRunning,
            int newOmitted,
            Costs newCosts,
            @Nullable Failure newFailure) {
        return new SplitProgress(
                job,
                sequence,
                sinceMillis,
                level,
                count,
                newNext,
                newRunning,
                newOmitted,
                newCosts,
                newFailure);
    }

    byte[] encode() {
        return new EntryWriter(VERSION, TYPICAL_BYTES)
                .number(sequence)
                .number(sinceMillis)
                .count(level)
                .count(count)
                .count(next)
                .count(running)
                .count(omitted)
                .count(costs.callsLeft)
                .amount(costs.reservedUsd)
                .amount(costs.spentUsd)
                .amount(costs.billedUsd)
                .count(costs.attempts)
                .count(costs.joins)
                .text(failure == null ? "" : failure.code)
                .text(failure == null ? "" : failure.message)
                .toBytes();
    }

    static SplitProgress decode(JobId job, byte[] entry) {
        var in = new EntryReader(entry, VERSION, "the progress of a split job");
        long sequence = in.number();
        long sinceMillis = in.number();
        int level = in.count();
        int count = in.count();
        int next = in.count();
        int running = in.count();
        int omitted = in.count();
        var costs =
                new Costs(
                        in.count(), in.amount(), in.amount(), in.amount(), in.count(), in.count());
        String code = in.text();
        String message = in.text();
        return new SplitProgress(
                job,
                sequence,
                sinceMillis,
                level,
                count,
                next,
                running,
                omitted,
                costs,
                code.isEmpty() ? null : new Failure(code, message));
    }
}
