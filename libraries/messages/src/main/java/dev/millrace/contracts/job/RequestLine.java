package dev.millrace.contracts.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonObjectEdit;
import dev.millrace.contracts.json.ObjectKeys;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A valid batch line: the fields that the pipeline needs, over the original bytes. Except by {@link
 * #edited}, only the body's model name is decoded or replaced, and an output limit added.
 *
 * @param bytes the whole record; shared, must not be modified
 * @param customId 1 to 512 characters
 * @param model the body's model: a model name, an alias, or {@code auto}
 * @param modelValue range of the JSON string {@code body.model}, quotes included
 * @param body range of the JSON object {@code body}, braces included
 * @param maxOutputTokens the body's limit on output tokens; null for none
 * @param limitKey whether the body has a key of an output limit
 * @param choices number of answers that the body requests ({@code n}), at least 1
 * @param asksForStream true if the body has {@code "stream": true}
 * @param hasStreamKeys true if the body has {@code stream} or {@code stream_options}, with any
 *     value
 * @param pricedFields fields of the body with separate prices
 * @param isCostBounded true if the cost of a call must be bounded, as for a job with {@code
 *     max_cost_usd}; a body without an output limit then gets one
 */
public record RequestLine(
        byte[] bytes,
        String customId,
        Endpoint endpoint,
        String model,
        Span modelValue,
        Span body,
        @Nullable Long maxOutputTokens,
        LimitKey limitKey,
        long choices,
        boolean asksForStream,
        boolean hasStreamKeys,
        PricedFields pricedFields,
        JobOptions options,
        boolean isCostBounded) {

    /** Whether a body has the key of a limit on its output tokens. */
    public enum LimitKey {
        /** The body has no such key. */
        ABSENT,
        /** Each such key is null, which means no limit. */
        NULL,
        /** A key has a value, which the provider may reject. */
        GIVEN
    }

    /** The model name that lets the router choose. */
    public static final String AUTO = "auto";

    /** Returns the line of a job whose cost must be bounded, such as a job under a budget. */
    public RequestLine withBoundedCost() {
        return isCostBounded ? this : with(options, true);
    }

    /**
     * Returns the line of a job with the options of its batch that the line does not set.
     *
     * @param buy how the batch is bought; null if not given
     * @param deadline of the batch; null for none
     */
    public RequestLine withDefaults(@Nullable Buy buy, @Nullable Instant deadline) {
        return buy == null && deadline == null
                ? this
                : with(options.withDefaults(buy, deadline), isCostBounded);
    }

    /**
     * Returns how the job is bought: as the line says, else its rule, else at the standard tier. A
     * rule lets no critical job wait, whose client awaits the answer.
     *
     * @param ofRule how the rule of its policy buys it; empty if the rule does not say
     */
    public Buy buy(Optional<Buy> ofRule) {
        if (options.buy() != null) {
            return options.buy();
        }
        return options.priority() == Priority.CRITICAL ? Buy.STANDARD : ofRule.orElse(Buy.STANDARD);
    }

    private RequestLine with(JobOptions other, boolean bounded) {
        return new RequestLine(
                bytes,
                customId,
                endpoint,
                model,
                modelValue,
                body,
                maxOutputTokens,
                limitKey,
                choices,
                asksForStream,
                hasStreamKeys,
                pricedFields,
                other,
                bounded);
    }

    /** Returns true if an output limit can be added to the body. */
    public boolean acceptsLimit() {
        return limitKey != LimitKey.GIVEN && endpoint.generates();
    }

    /** Returns the body to send: the original bytes with {@code upstreamModel} as the model. */
    public byte[] upstreamBody(String upstreamModel) {
        return withModel(JsonBytes.quoted(upstreamModel));
    }

    /**
     * Returns the body to send, with an output limit inserted after the model, or instead of null.
     *
     * @param key the provider's key for a limit on output tokens
     * @throws IllegalStateException if no limit can be added to the body
     */
    public byte[] upstreamBody(String upstreamModel, String key, long limit) {
        if (!acceptsLimit()) {
            throw new IllegalStateException(
                    "no output limit can be added to the body of " + customId);
        }
        String newModel = JsonBytes.quoted(upstreamModel);
        if (limitKey == LimitKey.NULL) {
            return edited(
                    new JsonObjectEdit().set("model", newModel).set(key, Long.toString(limit)));
        }
        return withModel(newModel + "," + JsonBytes.quoted(key) + ":" + limit);
    }

    /**
     * Returns the wanted keys whose value in the body is not null, in the order of the body.
     *
     * @param wanted top-level keys, and the keys of top-level objects as {@code a.b}
     */
    public Set<String> keysWithValue(Set<String> wanted) {
        return ObjectKeys.withValue(bytes, body.start(), body.length(), wanted);
    }

    /** Returns the body with edited top-level fields, such as another model. */
    public byte[] edited(JsonObjectEdit edit) {
        return edit.apply(bytes, body.start(), body.end());
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
