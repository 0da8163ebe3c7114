package dev.millrace.standalone.deadletter;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.results.StoredDeadLetter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Formats dead letters as JSON. */
final class DeadLetterJson {
    private DeadLetterJson() {}

    /** Returns a dead letter with its record as one line of JSON. */
    static String of(StoredDeadLetter stored) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            write(stored, json);
            json.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void write(StoredDeadLetter stored, JsonGenerator json) {
        DeadLetter letter = stored.letter();
        json.writeStringProperty("id", stored.id().toString());
        json.writeStringProperty("reason", letter.reason());
        json.writeStringProperty("message", letter.message());
        json.writeStringProperty("received_at", stored.receivedAt().toString());
        json.writeStringProperty("topic", letter.topic());
        json.writeNumberProperty("partition", letter.partition());
        json.writeNumberProperty("offset", letter.offset());
        writeText("tenant", letter.tenant(), json);
        writeText("batch", letter.batch(), json);
        if (letter.line() != null) {
            json.writeNumberProperty("line", letter.line());
        }
        writeText("job_id", letter.jobId(), json);
        writeBytes("key", stored.key(), json);
        writeBytes("value", stored.value(), json);
    }

    private static void writeText(String name, @Nullable String text, JsonGenerator json) {
        if (text != null) {
            json.writeStringProperty(name, text);
        }
    }

    /** Writes bytes as text, or as {@code NAME_base64} if they are not valid UTF-8. */
    private static void writeBytes(String name, byte @Nullable [] bytes, JsonGenerator json) {
        if (bytes == null) {
            return;
        }
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            json.writeStringProperty(name, text);
        } catch (CharacterCodingException e) {
            json.writeStringProperty(name + "_base64", Base64.getEncoder().encodeToString(bytes));
        }
    }
}
