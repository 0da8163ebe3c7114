package dev.millrace.router.documents;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import org.jspecify.annotations.Nullable;

/**
 * The end of a part, without its answer.
 *
 * @param index position within its level, from 0
 * @param part id of the job that was called for it
 * @param tokens tokens of its answer; 0 without one
 * @param errorCode why it failed; null if it has an answer
 */
record EndedPart(int index, JobId part, int tokens, @Nullable String errorCode) {
    private static final byte VERSION = 1;
    private static final int TYPICAL_BYTES = 64;

    /** Returns the part as an answer to join. */
    AnswerJoiner.Item toItem() {
        return new AnswerJoiner.Item(tokens, errorCode != null);
    }

    byte[] encode() {
        return new EntryWriter(VERSION, TYPICAL_BYTES)
                .count(index)
                .text(part.value())
                .count(tokens)
                .text(errorCode == null ? "" : errorCode)
                .toBytes();
    }

    static EndedPart decode(byte[] entry) {
        var in = new EntryReader(entry, VERSION, "an ended part");
        int index = in.count();
        var part = new JobId(in.text());
        int tokens = in.count();
        String errorCode = in.text();
        return new EndedPart(index, part, tokens, errorCode.isEmpty() ? null : errorCode);
    }
}
