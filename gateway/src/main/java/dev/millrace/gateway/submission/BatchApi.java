package dev.millrace.gateway.submission;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** The API by which a batch was created, encoded in the id of the batch. */
public enum BatchApi {
    /** OpenAI's Batch API. */
    OPENAI("batch_"),
    /** Anthropic's Message Batches API. */
    ANTHROPIC("msgbatch_");

    private static final Pattern REST = Pattern.compile("[0-9a-f]{32}");

    private final String prefix;

    BatchApi(String prefix) {
        this.prefix = prefix;
    }

    /** Returns the start of the ids of batches. */
    public String prefix() {
        return prefix;
    }

    /** Returns true if the text has the form of an id of this API. */
    public boolean isId(String text) {
        return text.startsWith(prefix) && REST.matcher(text.substring(prefix.length())).matches();
    }

    /** Returns the API of an id; empty if the text has the form of neither. */
    public static Optional<BatchApi> of(String id) {
        return Arrays.stream(values()).filter(it -> it.isId(id)).findFirst();
    }
}
