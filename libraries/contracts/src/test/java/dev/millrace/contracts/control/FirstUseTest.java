package dev.millrace.contracts.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Group;
import net.jqwik.api.Property;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstUseTest {
    private static final TopicPartition PARTITION =
            new TopicPartition("millrace.jobs.gpt-4.1.normal", 3);

    private static FirstUse marker(String topicId) {
        return new FirstUse("millrace.worker", PARTITION, topicId);
    }

    @Nested
    class ItsRecord {
        private final ProducerRecord<byte[], byte[]> written =
                marker("fZ1Yk2mTQ4u").toRecord("millrace.control");

        @Test
        void isWrittenToTheControlTopic() {
            assertThat(written.topic()).isEqualTo("millrace.control");
        }

        @Test
        void keyHasGroupTopicAndPartition() {
            assertThat(new String(written.key(), UTF_8))
                    .isEqualTo("first-use/millrace.worker/millrace.jobs.gpt-4.1.normal/3")
                    .isEqualTo(FirstUse.key("millrace.worker", PARTITION));
        }

        @Test
        void valueHasTheTopicId() {
            assertThat(new String(written.value(), UTF_8))
                    .isEqualTo("{\"topic_id\":\"fZ1Yk2mTQ4u\"}");
        }
    }

    @Group
    @Nested
    class ItsValue {
        @Property
        void survivesARoundTrip(@ForAll long bits) {
            String id = Long.toString(bits);
            assertThat(FirstUse.topicId(marker(id).toRecord("control").value())).isEqualTo(id);
        }

        @Test
        void mayHaveUnknownKeys() {
            assertThat(FirstUse.topicId("{\"a\":[{}],\"topic_id\":\"x\",\"b\":1}".getBytes(UTF_8)))
                    .isEqualTo("x");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "x", "[]", "{}", "{\"topic_id\":7}", "{\"topic_id\":\"x\"}{}", "{"})
        void isRejectedIfItIsNotAMarker(String value) {
            assertThatThrownBy(() -> FirstUse.topicId(value.getBytes(UTF_8)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
