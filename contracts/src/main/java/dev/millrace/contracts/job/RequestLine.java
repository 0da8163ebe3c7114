package dev.millrace.contracts.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A batch line that can be worked on: what the pipeline needs to know of it, over the bytes as they
 * came. Nothing of the body but the model's name is ever decoded or changed; a limit on its output
 * may be added.
 *
 * @param bytes the whole record; shared, not to be written to
 * @param customId 1 to 512 characters
 * @param model as the body names it: a model, an alias, or {@code auto}
 * @param modelValue the JSON string of {@code body.model} in {@code bytes}, with its quotes
 * @param body the JSON object {@code body} in {@code bytes}, with its braces
 * @param maxOutputTokens the body's own limit on output tokens; null when it has none
 * @param namesLimit whether the body has a key of such a limit, whatever its value is
 * @param choices how many answers the body asks for ({@code n}), at least 1
 */
public record RequestLine(
        byte[] bytes,
        String customId,
        Endpoint endpoint,
        String model,
        Span modelValue,
        Span body,
        @Nullable Long maxOutputTokens,
        boolean namesLimit,
        long choices,
        JobOptions options) {

    /** The model's name with which a job leaves the choice to the router. */
    public static final String AUTO = "auto";

    /** Whether its body can be sent with a limit on output tokens that it does not have. */
    public boolean takesLimit() {
        return !namesLimit && endpoint != Endpoint.EMBEDDINGS;
    }

    /**
     * The body for the provider: the bytes as they came, with {@code upstreamModel} as its model.
     */
    public byte[] upstreamBody(String upstreamModel) {
        return withModel(JsonBytes.quoted(upstreamModel));
    }

    /**
     * The same with one key more, which stands behind the model's.
     *
     * @param limitKey what the provider calls a limit on output tokens
     * @throws IllegalStateException when the body takes none
     */
    public byte[] upstreamBody(String upstreamModel, String limitKey, long limit) {
        if (!takesLimit()) {
            throw new IllegalStateException("the body of " + customId + " takes no limit");
        }
        return withModel(
                JsonBytes.quoted(upstreamModel) + "," + JsonBytes.quoted(limitKey) + ":" + limit);
    }

    private byte[] withModel(String value) {
        byte[] inserted = value.getBytes(UTF_8);
        var out = new ByteArrayOutputStream(body.length() - modelValue.length() + inserted.length);
        out.write(bytes, body.start(), modelValue.start() - body.start());
        out.writeBytes(inserted);
        out.write(bytes, modelValue.end(), body.end() - modelValue.end());
        return out.toByteArray();
    }
}
