package dev.millrace.contracts.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.yaml.document.SyntaxProblem;
import java.io.ByteArrayOutputStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The marker that a consumer group has used a partition, stored in the control topic. It is written
 * in the transaction of the partition's first commit. From then on, a missing offset means that the
 * offset was lost.
 *
 * @param group the consumer group's id
 * @param topicId id of the topic that was used; a recreated topic has another id
 */
public record FirstUse(String group, TopicPartition partition, String topicId) {
    private static final String KIND = "first-use/";
    private static final String TOPIC_ID = "topic_id";

    /** Returns the record's key, {@code first-use/<group>/<topic>/<partition>}. */
    public static String key(String group, TopicPartition partition) {
        return KIND + group + "/" + partition.topic() + "/" + partition.partition();
    }

    /** Returns the marker as a record. */
    public ProducerRecord<byte[], byte[]> toRecord(String controlTopic) {
        return new ProducerRecord<>(
                controlTopic, 0, key(group, partition).getBytes(UTF_8), value());
    }

    private byte[] value() {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty(TOPIC_ID, topicId);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /**
     * Reads the topic id from a marker's value.
     *
     * @throws IllegalArgumentException if the value is not a marker
     */
    public static String topicId(byte[] value) {
        String found = null;
        try (JsonParser json = JsonBytes.parser(value, 0, value.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("a first-use marker must be a JSON object");
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                found =
                        TOPIC_ID.equals(json.currentName())
                                ? json.nextStringValue()
                                : skip(json, found);
            }
            JsonBytes.requireEnd(json, "a first-use marker");
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "a first-use marker must be JSON: " + SyntaxProblem.describe(e), e);
        }
        if (found == null) {
            throw new IllegalArgumentException("a first-use marker must have " + TOPIC_ID);
        }
        return found;
    }

    /** Skips an unknown key, which a later version may have added. */
    private static @Nullable String skip(JsonParser json, @Nullable String found) {
        json.nextToken();
        json.skipChildren();
        return found;
    }
}
