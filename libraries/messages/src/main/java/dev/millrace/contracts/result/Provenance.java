package dev.millrace.contracts.result;

import dev.millrace.contracts.job.JobLabels;
import org.jspecify.annotations.Nullable;

/**
 * The {@code millrace} object of a result: the origin of the job and how it was processed.
 *
 * @param cache one of the constants {@code CACHE_…}
 * @param labels the client's labels of the job
 * @param reused the reused answer to a similar question; null for none
 * @param split how the job's document was split; null if it was not
 */
public record Provenance(
        JobFacts job,
        Calls calls,
        String cache,
        JobLabels labels,
        @Nullable ReusedAnswer reused,
        @Nullable SplitNote split) {
    /** The job was called, or ended without an answer of another job. */
    public static final String CACHE_MISS = "miss";

    /** The answer was in the cache. */
    public static final String CACHE_HIT = "hit";

    /** The answer was in the cache for longer than its time to live. */
    public static final String CACHE_STALE = "stale";

    /**
     * The job waited for the call of an identical job and got its outcome. The word is from RFC
     * 9211.
     */
    public static final String CACHE_COLLAPSED = "collapsed";

    /** The answer was in the cache, for another question with an equal meaning. */
    public static final String CACHE_SEMANTIC = "semantic";

    /** Creates the provenance of a job that got no answer of another job. */
    public Provenance(JobFacts job, Calls calls, JobLabels labels) {
        this(job, calls, CACHE_MISS, labels, null, null);
    }

    /** Returns a copy without the passages, the client's metadata, and the parts of a document. */
    Provenance withoutExtras() {
        return new Provenance(
                job.withoutPassages(),
                calls,
                cache,
                new JobLabels(labels.requestId(), null),
                reused,
                null);
    }
}
