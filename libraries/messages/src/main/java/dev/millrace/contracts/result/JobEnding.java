package dev.millrace.contracts.result;

import dev.millrace.contracts.error.ErrorCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a job ended. {@link EndWriter} makes its records. */
public sealed interface JobEnding {
    /** Returns the job that ended. */
    JobFacts job();

    /** Returns the calls that were made for the job. */
    Calls calls();

    /** Returns the cost of the attempt that ended the job. */
    AttemptCost cost();

    /** Returns the error code; null if the job succeeded. */
    @Nullable ErrorCode error();

    /** Returns where the answer came from, as in {@link Provenance#cache}. */
    String cache();

    /** Returns the final cost event of the job. */
    default CostEvent costEvent() {
        ErrorCode error = error();
        return job().finalEvent(cost())
                .with(
                        new JobEnd(
                                job().route(),
                                job().lane(),
                                error == null ? null : error.code(),
                                calls().attempts(),
                                calls().billedUsd(),
                                calls().times(),
                                cache()));
    }

    /** The job has a result: an answer, possibly another job's answer, or an error. */
    record Settled(JobResult result, AttemptCost cost) implements JobEnding {
        @Override
        public JobFacts job() {
            return result.provenance().job();
        }

        @Override
        public Calls calls() {
            return result.provenance().calls();
        }

        @Override
        public @Nullable ErrorCode error() {
            return result.outcome().error();
        }

        @Override
        public String cache() {
            return result.provenance().cache();
        }

        /**
         * Returns the end of this job with an error in place of an answer that is too large. Keeps
         * the cost of the job. An uncalled job then saves nothing, because it does not get the
         * reused answer.
         */
        public Settled tooLarge(String message) {
            Provenance got = result.provenance();
            boolean isReused = !got.cache().equals(Provenance.CACHE_MISS);
            Provenance kept =
                    isReused
                            ? new Provenance(
                                    got.job(),
                                    Calls.none(got.job().route().to(), null, got.calls().times()),
                                    got.labels())
                            : got;
            return new Settled(
                    new JobResult(
                            result.customId(),
                            Outcome.rejected(ErrorCode.RESPONSE_TOO_LARGE, message),
                            kept),
                    isReused ? AttemptCost.NONE : cost);
        }

        /** Returns this end without the parts whose size only the request limits. */
        public Settled withoutExtras() {
            return new Settled(result.withoutExtras(), cost);
        }

        Settled tooLarge(int bytes, int limit) {
            return tooLarge(
                    String.format(
                            Locale.ROOT,
                            "the result would have %,d bytes, more than the results topic accepts"
                                    + " (%,d)",
                            bytes,
                            limit));
        }
    }

    /**
     * The job has no result, since its record cannot be read. It has a dead letter, unless it is a
     * part of another job.
     */
    record Unreadable(
            JobFacts job, ErrorCode error, Calls calls, AttemptCost cost, BuriedRecord letter)
            implements JobEnding {
        @Override
        public String cache() {
            return Provenance.CACHE_MISS;
        }
    }
}
