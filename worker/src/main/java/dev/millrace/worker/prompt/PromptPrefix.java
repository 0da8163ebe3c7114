package dev.millrace.worker.prompt;

import java.util.Optional;

/**
 * The beginning of a prompt, which other jobs can share: its tools, its instructions, and its first
 * other message if it is long and another message follows. Jobs share a prefix if these bytes are
 * equal.
 *
 * @param digest the first half of a SHA-256 digest, as 32 hex digits
 * @param bytes length of the shared parts of the body; 0 if the prompt has none
 * @param bodyBytes length of the whole body
 * @param isMarkable true if a breakpoint can end the prefix
 * @param hasOwnFields true if the body says how its prompt is cached
 * @param hasHistory true if the prompt continues a conversation, and so may be continued itself
 */
public record PromptPrefix(
        String digest,
        int bytes,
        int bodyBytes,
        boolean isMarkable,
        boolean hasOwnFields,
        boolean hasHistory) {
    private static final int HEX_DIGITS_OF_LONG = 16;

    /**
     * Reads the prefix of a job. Reads the record once, without a tree and without decoding texts.
     *
     * @param tenant owner of the prompt; prefixes of different tenants are never equal
     * @param record a request line
     * @return empty if the record is no request
     */
    public static Optional<PromptPrefix> of(String tenant, byte[] record) {
        return new PrefixReader(record).read(tenant);
    }

    /** Returns a number that is equal for equal prefixes, and random otherwise. */
    public long affinity() {
        return Long.parseUnsignedLong(digest.substring(0, HEX_DIGITS_OF_LONG), 16);
    }
}
