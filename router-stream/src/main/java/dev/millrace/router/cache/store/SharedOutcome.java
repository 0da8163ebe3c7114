package dev.millrace.router.cache.store;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import dev.millrace.router.result.ResultLine;
import dev.millrace.router.result.ResultLineReader;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The part of an ended leader's outcome that identical jobs can get.
 *
 * @param chain models of the leader, first choice first
 */
public record SharedOutcome(ResultLine line, List<String> chain) {
    private static final byte VERSION = 1;
    private static final String SEPARATOR = ",";

    public SharedOutcome {
        chain = List.copyOf(chain);
    }

    byte[] encode() {
        return new EntryWriter(VERSION, line.bytes().length + Long.BYTES)
                .text(String.join(SEPARATOR, chain))
                .bytes(line.bytes())
                .toBytes();
    }

    /** Reads an entry; empty if this version does not understand it, or its line. */
    static Optional<SharedOutcome> decode(byte[] entry) {
        try {
            var in = new EntryReader(entry, VERSION, "an outcome");
            List<String> chain = List.of(in.text().split(SEPARATOR, -1));
            return ResultLineReader.read(Objects.requireNonNull(in.bytes()))
                    .map(line -> new SharedOutcome(line, chain));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns true if the job would have had this outcome. An answer of a fallback helps jobs that
     * allow that model. An error is final for jobs without a further model in their chain.
     */
    public boolean appliesTo(JobHeaders job) {
        if (line.isSuccess()) {
            return !line.isFallback() || job.chain().contains(line.model());
        }
        return chain.containsAll(job.chain());
    }
}
