package dev.millrace.router.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InternalTopicsTest {
    @ParameterizedTest
    @CsvSource({
        "16777216, 1000, 16777216",
        "16777216, 20000000, 40000000",
        "16777216, 2000000000, 2147483647",
        "50000000, 20000000, 50000000"
    })
    void segmentOfTheCacheHoldsItsLargestRecord(int usual, int record, int expected) {
        var streams = new Properties();
        streams.put(
                StreamsConfig.topicPrefix(TopicConfig.SEGMENT_BYTES_CONFIG),
                Integer.toString(usual));
        streams.put(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                Integer.toString(record));

        assertThat(InternalTopics.cacheSegmentBytes(streams)).isEqualTo(expected);
    }
}
