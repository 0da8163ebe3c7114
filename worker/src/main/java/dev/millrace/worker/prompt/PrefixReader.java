package dev.millrace.worker.prompt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.json.JsonBytes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Finds the parts of a prefix in one record or body. Used once, by one thread. */
final class PrefixReader {
    /** Fields of bodies that models read before the messages, in the words of every API. */
    private static final Set<String> BEFORE_MESSAGES =
            Set.of("tools", "functions", "response_format", "instructions", "system");

    private static final String SYSTEM = "system";
    private static final String INPUT = "input";
    private static final Set<String> CONVERSATIONS = Set.of("messages", INPUT);
    private static final Set<String> INSTRUCTING_ROLES = Set.of(SYSTEM, "developer");

    /** Fields that name a conversation which the provider keeps. */
    private static final Set<String> CONTINUATIONS = Set.of("previous_response_id", "conversation");

    /** Fields by which a client says how its prompt is cached, at the top or in blocks. */
    private static final List<byte[]> OWN_FIELDS =
            Stream.of(
                            "prompt_cache_key",
                            "prompt_cache_options",
                            "prompt_cache_retention",
                            "prompt_cache_breakpoint",
                            "cache_control")
                    .map(it -> ('"' + it + '"').getBytes(US_ASCII))
                    .toList();

    /** Shortest first message in bytes that counts as shared, such as a document. */
    private static final int LONG_MESSAGE = 4_096;

    private static final int DIGEST_BYTES = 16;

    private final byte[] bytes;
    private final int start;
    private final List<Part> parts = new ArrayList<>();
    private @Nullable Span body;
    private int messages;
    private boolean isContinued;

    /**
     * A part of the prefix.
     *
     * @param name field of the body, or {@code messages} or {@code input} for one message
     * @param span the value, or the message
     */
    record Part(String name, Span span) {
        /** Returns true if the part consists of blocks, or can be written as a block. */
        boolean isMarkable() {
            return name.equals(SYSTEM) || CONVERSATIONS.contains(name);
        }

        /** Returns the type of a block of text of this part. */
        String textType() {
            return name.equals(INPUT) ? "input_text" : "text";
        }

        boolean isMessage() {
            return CONVERSATIONS.contains(name);
        }
    }

    /**
     * @param bytes a request line, or a body
     */
    PrefixReader(byte[] bytes) {
        this.bytes = bytes;
        // A byte order mark can precede the object.
        start = JsonBytes.startsWithByteOrderMark(bytes) ? JsonBytes.BYTE_ORDER_MARK_BYTES : 0;
    }

    Optional<PromptPrefix> read(String tenant) {
        try (JsonParser json = JsonBytes.parser(bytes, start, bytes.length - start)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                readLine(json);
            }
        } catch (JacksonException e) {
            // The call reports what is wrong with the record.
            return Optional.empty();
        }
        return Optional.ofNullable(body).map(it -> prefix(tenant, it));
    }

    /** Returns the last part of a body's prefix; empty if no breakpoint can follow it. */
    Optional<Part> lastPart() {
        try (JsonParser json = JsonBytes.parser(bytes, start, bytes.length - start)) {
            json.nextToken();
            readBody(json);
        }
        return last();
    }

    private Optional<Part> last() {
        // Models read the messages after the system prompt, and both after the tools.
        return parts.stream()
                .filter(Part::isMarkable)
                .reduce((a, b) -> a.isMessage() && !b.isMessage() ? a : b);
    }

    private PromptPrefix prefix(String tenant, Span whole) {
        MessageDigest digest = Sha256.create();
        Sha256.add(digest, tenant);
        int length = 0;
        for (Part part : parts) {
            Sha256.add(digest, part.name);
            digest.update(bytes, part.span.start(), part.span.length());
            length += part.span.length();
        }
        return new PromptPrefix(
                HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES),
                length,
                whole.length(),
                last().isPresent(),
                hasOwnFields(whole),
                isContinued || messages > 1);
    }

    /** Compares at quotes only, which are rare in texts. */
    private boolean hasOwnFields(Span whole) {
        for (int i = whole.start(); i < whole.end(); i++) {
            if (bytes[i] == '"' && isOwnField(i, whole.end())) {
                return true;
            }
        }
        return false;
    }

    private boolean isOwnField(int from, int end) {
        for (byte[] name : OWN_FIELDS) {
            int to = from + name.length;
            if (to <= end && Arrays.equals(bytes, from, to, name, 0, name.length)) {
                return true;
            }
        }
        return false;
    }

    private void readLine(JsonParser json) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isBody = json.currentName().equals("body");
            if (json.nextToken() == JsonToken.START_OBJECT && isBody) {
                int from = startOf(json);
                readBody(json);
                body = new Span(from, endOf(json));
            } else {
                json.skipChildren();
            }
        }
    }

    private void readBody(JsonParser json) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            isContinued |= CONTINUATIONS.contains(name) && value != JsonToken.VALUE_NULL;
            if (BEFORE_MESSAGES.contains(name)) {
                parts.add(new Part(name, span(json)));
            } else if (CONVERSATIONS.contains(name) && value == JsonToken.START_ARRAY) {
                readMessages(json, name);
            } else {
                json.skipChildren();
            }
        }
    }

    /** Reads the instructions at the beginning of a conversation, and a long first message. */
    private void readMessages(JsonParser json, String field) {
        Span first = null;
        for (JsonToken next = json.nextToken();
                next != JsonToken.END_ARRAY;
                next = json.nextToken()) {
            if (first != null) {
                parts.add(new Part(field, first));
                first = null;
            }
            int from = startOf(json);
            String role = next == JsonToken.START_OBJECT && messages == 0 ? readRole(json) : null;
            json.skipChildren();
            if (role != null && INSTRUCTING_ROLES.contains(role)) {
                parts.add(new Part(field, new Span(from, endOf(json))));
            } else {
                messages++;
                boolean isLong =
                        role != null && messages == 1 && endOf(json) - from >= LONG_MESSAGE;
                first = isLong ? new Span(from, endOf(json)) : null;
            }
        }
    }

    /** Reads a message to its end. Returns its role, or an empty text. */
    private static String readRole(JsonParser json) {
        String role = "";
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isRole = json.currentName().equals("role");
            if (json.nextToken() == JsonToken.VALUE_STRING && isRole) {
                role = json.getString();
            }
            json.skipChildren();
        }
        return role;
    }

    /** Returns the range of the current value, and skips it. */
    private Span span(JsonParser json) {
        int from = startOf(json);
        json.skipChildren();
        // The parser reads a string only when it must.
        json.finishToken();
        return new Span(from, endOf(json));
    }

    private int startOf(JsonParser json) {
        return start + (int) json.currentTokenLocation().getByteOffset();
    }

    private int endOf(JsonParser json) {
        return start + (int) json.currentLocation().getByteOffset();
    }
}
