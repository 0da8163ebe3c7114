package dev.millrace.wire.call;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonObjectEdit;
import org.jspecify.annotations.Nullable;

/**
 * Sets the fields in which the body of a call differs from the body of its job, or from the
 * translation of that body: the model, the output limit, the service tier, the stream, the ids of
 * tool calls, and the model's names of fields.
 */
public final class BodyFields {
    private static final String STREAM = "stream";
    private static final String SERVICE_TIER = "service_tier";
    private static final String STREAM_OPTIONS = "stream_options";

    private BodyFields() {}

    /**
     * Returns the body of a call to the job's own endpoint.
     *
     * @param addedLimit output limit to add if the body has none; null for none
     */
    public static byte[] ofJob(RequestLine line, Model model, @Nullable Long addedLimit) {
        Long limit = line.acceptsLimit() ? addedLimit : null;
        boolean isStreamed = model.stream().streams(line);
        byte[] body =
                isStreamed || line.hasStreamKeys() || model.serviceTier().isPresent()
                        ? edited(line, model, limit, isStreamed)
                        : plain(line, model, limit);
        return renamed(withToolCallIds(body, line.endpoint(), model), model);
    }

    /** Returns a body with ids of tool calls that the model accepts. */
    private static byte[] withToolCallIds(byte[] body, Endpoint endpoint, Model model) {
        return model.parameters()
                .toolCallIdPattern()
                .filter(_ -> endpoint.instructsByMessages())
                .map(ids -> new ToolCallIdEdit(body, ids).run())
                .orElse(body);
    }

    /**
     * Returns the body of a call to another endpoint.
     *
     * @param translated the translated body, which has its model and its limit
     * @param called the endpoint that the body was translated for
     */
    public static byte[] ofTranslated(
            byte[] translated, RequestLine line, Model model, Endpoint called) {
        boolean isStreamed = model.stream().streams(line);
        if (!isStreamed && !line.hasStreamKeys() && model.serviceTier().isEmpty()) {
            return renamed(translated, model);
        }
        var edit = new JsonObjectEdit();
        setTier(edit, model);
        setStream(edit, model, called, isStreamed);
        return renamed(edit.apply(translated, 0, translated.length), model);
    }

    /** Returns a body with the model's own names of keys. */
    private static byte[] renamed(byte[] body, Model model) {
        if (model.parameters().rename().isEmpty()) {
            return body;
        }
        var edit = new JsonObjectEdit();
        model.parameters().rename().forEach(edit::rename);
        return edit.apply(body, 0, body.length);
    }

    /** Copies the body in one piece, since most jobs need no more. */
    private static byte[] plain(RequestLine line, Model model, @Nullable Long limit) {
        return limit == null
                ? line.upstreamBody(model.upstreamModel())
                : line.upstreamBody(
                        model.upstreamModel(), OutputLimit.key(line.endpoint(), model), limit);
    }

    private static byte[] edited(
            RequestLine line, Model model, @Nullable Long limit, boolean isStreamed) {
        var edit = new JsonObjectEdit().set("model", JsonBytes.quoted(model.upstreamModel()));
        if (limit != null) {
            edit.set(OutputLimit.key(line.endpoint(), model), limit.toString());
        }
        setTier(edit, model);
        setStream(edit, model, line.endpoint(), isStreamed);
        return line.edited(edit);
    }

    private static void setTier(JsonObjectEdit edit, Model model) {
        model.serviceTier().ifPresent(it -> edit.set(SERVICE_TIER, JsonBytes.quoted(it)));
    }

    /**
     * Asks for a stream with its usage, or for none. Providers refuse {@code stream_options}
     * without a stream.
     *
     * @param called the endpoint that is called
     */
    private static void setStream(
            JsonObjectEdit edit, Model model, Endpoint called, boolean isStreamed) {
        if (isStreamed) {
            edit.set(STREAM, "true");
        } else {
            edit.remove(STREAM);
        }
        if (isStreamed && needsUsageOption(called) && !refusesOptions(model)) {
            edit.edit(STREAM_OPTIONS, new JsonObjectEdit().set("include_usage", "true"));
        } else {
            edit.remove(STREAM_OPTIONS);
        }
    }

    /** Some providers, such as Mistral, report the usage in every stream, and know no options. */
    private static boolean refusesOptions(Model model) {
        return model.parameters().refuse().contains(STREAM_OPTIONS);
    }

    /** Named events report the usage in every stream. */
    private static boolean needsUsageOption(Endpoint called) {
        return switch (called.streaming()) {
            case DELTA_CHUNKS, TEXT_CHUNKS -> true;
            case ITEM_EVENTS, BLOCK_EVENTS, NONE -> false;
        };
    }
}
