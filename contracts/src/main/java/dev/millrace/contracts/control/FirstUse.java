package dev.millrace.contracts.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The marker that a consumer group has used a partition, as a record of the control topic. It is
 * written in the transaction of the partition's first commit; from then on a missing offset is a
 * lost one.
 *
 * @param group the consumer group's id
 * @param topicId of the topic that was used: one that is deleted and made anew has another
 */
public record FirstUse(String group, TopicPartition partition, String topicId) {
    private static final String KIND = "first-use/";
    private static final String TOPIC_ID = "topic_id";

    /** The record's key, {@code first-use/<group>/<topic>/<partition>}. */
    public static String key(String group, TopicPartition partition) {
        return KIND + group + "/" + partition.topic() + "/" + partition.partition();
    }

    /** The marker as a record. */
    public ProducerRecord<byte[], byte[]> toRecord(String controlTopic) {
        return new ProducerRecord<>(controlTopic, key(group, partition).getBytes(UTF_8), value());
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
     * The id of the topic in a marker's value.
     *
     * @throws IllegalArgumentException when it is no marker
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
                    "a first-use marker must be JSON: " + e.getOriginalMessage(), e);
        }
        if (found == null) {
            throw new IllegalArgumentException("a first-use marker must have " + TOPIC_ID);
        }
        return found;
    }

    /** Keys that a later version may add are passed over. */
    private static @Nullable String skip(JsonParser json, @Nullable String found) {
        json.nextToken();
        json.skipChildren();
        return found;
    }
}
