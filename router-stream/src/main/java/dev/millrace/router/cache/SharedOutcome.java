package dev.millrace.router.cache;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.router.cache.result.ResultLine;
import dev.millrace.router.cache.result.ResultLineReader;
import dev.millrace.router.cache.store.SharedCallStore.LeaderOutcome;
import java.util.List;
import java.util.Optional;

/**
 * The part of an ended leader's outcome that identical jobs can get.
 *
 * @param chain models of the leader, first choice first
 */
record SharedOutcome(ResultLine line, List<String> chain) {
    SharedOutcome {
        chain = List.copyOf(chain);
    }

    /** Reads a stored outcome; empty if this version does not understand its line. */
    static Optional<SharedOutcome> of(LeaderOutcome stored) {
        return ResultLineReader.read(stored.line())
                .map(line -> new SharedOutcome(line, stored.chain()));
    }

    LeaderOutcome toStored() {
        return new LeaderOutcome(chain, line.bytes());
    }

    /**
     * Returns true if the job would have had this outcome. An answer of a fallback helps jobs that
     * allow that model. An error is final for jobs without a further model in their chain.
     */
    boolean appliesTo(JobHeaders job) {
        if (line.isSuccess()) {
            return !line.isFallback() || job.chain().contains(line.model());
        }
        return chain.containsAll(job.chain());
    }
}
