package dev.millrace.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.json.LenientJson;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds the answer in a body that contradicts its {@code Content-Type} or is not strict JSON. Pure
 * functions.
 */
public final class AnswerBody {
    /** Begins a line of an event stream; a comment or a field. */
    private static final List<String> EVENT_STARTS =
            List.of(":", "data:", "event:", "id:", "retry:");

    private static final byte[] DATA = "data: ".getBytes(UTF_8);
    private static final byte[] END_OF_EVENT = "\n\n".getBytes(UTF_8);

    /**
     * Number of bytes that determine the kind of a body; some servers send blanks while they
     * compute.
     */
    private static final int BEGINNING_BYTES = 64 << 10;

    /**
     * Keys of objects around an answer: of Cloudflare, of functions behind Amazon's API gateway,
     * and of resellers.
     */
    private static final List<String> ENVELOPES = List.of("result", "body", "data", "response");

    /** Keys of texts that a model generates. */
    private static final Set<String> GENERATED =
            Set.of(
                    "content",
                    "text",
                    "refusal",
                    "reasoning",
                    "reasoning_content",
                    "thinking",
                    "name",
                    "arguments",
                    "input",
                    "data");

    /** Most objects of one body. */
    private static final int MAX_OBJECTS = 1_000_000;

    private AnswerBody() {}

    /** The kind of a body, by its first bytes. */
    public enum Beginning {
        /** A stream of events. */
        EVENTS,
        /** A JSON value. */
        JSON,
        /** More bytes are needed. */
        UNKNOWN,
        /** Neither a stream of events nor JSON. */
        OTHER
    }

    /**
     * Returns the kind of a body, by its first bytes after white space, NULs and byte order marks.
     */
    public static Beginning beginning(byte[] bytes, int length) {
        String text = new String(LenientJson.trimmed(Arrays.copyOf(bytes, length)), UTF_8);
        if (text.startsWith("{") || text.startsWith("[") || text.startsWith("\"")) {
            return Beginning.JSON;
        }
        String start = text.toLowerCase(Locale.ROOT);
        if (EVENT_STARTS.stream().anyMatch(start::startsWith)) {
            return Beginning.EVENTS;
        }
        boolean mayBecomeEvents = EVENT_STARTS.stream().anyMatch(it -> it.startsWith(start));
        return mayBecomeEvents ? Beginning.UNKNOWN : Beginning.OTHER;
    }

    /**
     * Returns the body of the answer as strict JSON. Returns the bytes themselves if they are
     * strict JSON, or if no answer can be found in them.
     *
     * @param expected the answer that the call asked for
     */
    public static byte[] of(ExpectedAnswer expected, byte[] bytes) {
        Endpoint endpoint = expected.endpoint();
        if (JsonBytes.isJson(bytes) && isObject(bytes)) {
            return within(endpoint, bytes).orElse(bytes);
        }
        if (beginning(bytes, Math.min(bytes.length, BEGINNING_BYTES)) == Beginning.OTHER) {
            return whole(endpoint, LenientJson.objects(bytes, MAX_OBJECTS).values()).orElse(bytes);
        }
        Optional<byte[]> value = LenientJson.value(bytes);
        if (value.isPresent() && isObject(value.get())) {
            return value.get();
        }
        // Some gateways encode another gateway's JSON as a text.
        byte[] text = value.flatMap(AnswerBody::textOf).orElse(bytes);
        List<byte[]> objects = LenientJson.objects(text, MAX_OBJECTS).values();
        return whole(endpoint, objects)
                .or(() -> assembled(expected, objects))
                .or(() -> objects.size() == 1 ? Optional.of(objects.getFirst()) : Optional.empty())
                .orElse(bytes);
    }

    /** Returns true if a body has content, so that the provider has generated something. */
    public static boolean hasContent(Endpoint endpoint, byte[] body) {
        return LenientJson.tree(body)
                .filter(json -> !content(endpoint, json).isEmpty())
                .isPresent();
    }

    /** Returns true if a body has a text or a call of a tool that the model has generated. */
    public static boolean hasText(Endpoint endpoint, byte[] body) {
        return LenientJson.tree(body).filter(json -> hasText(content(endpoint, json))).isPresent();
    }

    private static boolean hasText(JsonNode content) {
        return content.isArray()
                ? content.valueStream().anyMatch(AnswerBody::hasText)
                : content.propertyStream()
                        .anyMatch(
                                field ->
                                        field.getValue().isString()
                                                ? GENERATED.contains(field.getKey())
                                                        && !field.getValue().stringValue().isEmpty()
                                                : hasText(field.getValue()));
    }

    private static JsonNode content(Endpoint endpoint, JsonNode body) {
        return body.path(endpoint.answer().content());
    }

    /** Returns the answer that a gateway has wrapped into another object. */
    private static Optional<byte[]> within(Endpoint endpoint, byte[] json) {
        return JsonTree.parse(json)
                .filter(body -> !content(endpoint, body).isArray())
                .flatMap(
                        body ->
                                ENVELOPES.stream()
                                        .map(body::path)
                                        .flatMap(it -> unpacked(it).stream())
                                        .filter(it -> content(endpoint, it).isArray())
                                        .findFirst())
                .map(JsonTree::bytes);
    }

    private static Optional<JsonNode> unpacked(JsonNode value) {
        return value.isString()
                ? JsonTree.parse(value.stringValue().getBytes(UTF_8))
                : Optional.of(value);
    }

    private static Optional<byte[]> whole(Endpoint endpoint, List<byte[]> objects) {
        return objects.stream().filter(it -> isWhole(endpoint, it)).findFirst();
    }

    private static boolean isObject(byte[] json) {
        for (byte next : json) {
            if (!LenientJson.isBlank(next)) {
                return next == '{';
            }
        }
        return false;
    }

    private static Optional<byte[]> textOf(byte[] json) {
        return JsonTree.parse(json)
                .filter(JsonNode::isString)
                .map(text -> text.stringValue().getBytes(UTF_8));
    }

    /** Returns true for an answer that is no piece of a stream. */
    private static boolean isWhole(Endpoint endpoint, byte[] object) {
        return LenientJson.tree(object)
                .filter(ObjectNode.class::isInstance)
                .filter(it -> hasWholeContent(endpoint, it))
                .isPresent();
    }

    private static boolean hasWholeContent(Endpoint endpoint, JsonNode body) {
        return switch (endpoint.streaming()) {
            case DELTA_CHUNKS -> isWholeChoice(content(endpoint, body).path(0));
            // The pieces of a stream have the form of the whole.
            case TEXT_CHUNKS -> false;
            case ITEM_EVENTS, BLOCK_EVENTS, NONE -> content(endpoint, body).isArray();
        };
    }

    private static boolean isWholeChoice(JsonNode choice) {
        return choice.path("message").isObject() && !choice.has("delta");
    }

    /** Assembles an answer from the events of a stream, which can lack frames. */
    private static Optional<byte[]> assembled(ExpectedAnswer expected, List<byte[]> objects) {
        if (!expected.endpoint().generates() || objects.isEmpty()) {
            return Optional.empty();
        }
        var stream = new ByteArrayOutputStream();
        for (byte[] object : objects) {
            stream.writeBytes(DATA);
            stream.writeBytes(withoutLineBreaks(object));
            stream.writeBytes(END_OF_EVENT);
        }
        int length = stream.size();
        var answer = new StreamedAnswer(expected, new StreamLimits(length, length, length));
        answer.accept(stream.toByteArray(), 0, length);
        return answer.finish() instanceof AssembledAnswer.Complete(byte[] body)
                ? Optional.of(body)
                : Optional.empty();
    }

    private static byte[] withoutLineBreaks(byte[] json) {
        byte[] line = json.clone();
        for (int i = 0; i < line.length; i++) {
            // Between tokens, since a JSON text cannot have line breaks.
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return line;
    }
}
