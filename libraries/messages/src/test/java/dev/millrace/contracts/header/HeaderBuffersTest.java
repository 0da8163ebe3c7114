package dev.millrace.contracts.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class HeaderBuffersTest {
    @Test
    void releasedHeadersNoLongerReadTheFetchedBuffer() {
        ByteBuffer fetched = ByteBuffer.wrap("namecontent".getBytes(UTF_8));
        var header = new RecordHeader(fetched.slice(0, 4), fetched.slice(4, 7));

        HeaderBuffers.release(records(header));
        fetched.put(0, new byte[fetched.capacity()]);

        assertThat(header.key()).isEqualTo("name");
        assertThat(header.value()).isEqualTo("content".getBytes(UTF_8));
    }

    private static ConsumerRecords<byte[], byte[]> records(RecordHeader header) {
        var record =
                new ConsumerRecord<>(
                        "t",
                        0,
                        0,
                        0,
                        TimestampType.CREATE_TIME,
                        0,
                        0,
                        new byte[0],
                        new byte[0],
                        new RecordHeaders(List.of(header)),
                        Optional.empty());
        return new ConsumerRecords<>(Map.of(new TopicPartition("t", 0), List.of(record)), Map.of());
    }
}
