package dev.millrace.control;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class BrokerClockTest {
    /** Dates no record. */
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

    @Test
    void topicWithTheTimesOfClientsIsRefusedWithTheCommandThatChangesIt() {
        assertThatThrownBy(() -> BrokerClock.read("control", producer))
                .hasMessage(
                        "The topic control has the clocks of its clients (message.timestamp.type is"
                                + " not LogAppendTime), so the time of the command is uncertain. Run"
                                + " \"millrace topics apply\"; until then, \"millrace pause"
                                + " --batch\" stops a batch");
    }
}
