package dev.millrace.wire.stream;

/**
 * The known part of a streamed answer that cannot be used.
 *
 * @param hasContent true if any content arrived, so that the provider has generated something
 * @param usage the final {@code usage} as a JSON object; empty if the stream did not report it
 */
public record PartialAnswer(boolean hasContent, String usage) {
    public static final PartialAnswer NONE = new PartialAnswer(false, "");
}
