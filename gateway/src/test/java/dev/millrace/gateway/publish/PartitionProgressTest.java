package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartitionProgressTest {
    private final PartitionProgress progress = new PartitionProgress();

    private void read(long offset, String key, @Nullable String value) {
        byte[] bytes = value == null ? null : value.getBytes(UTF_8);
        progress.onRecord(
                new ConsumerRecord<>("submissions", 0, offset, key.getBytes(UTF_8), bytes));
    }

    @Test
    void unreadableProgressConcernsItsBatchOnly() {
        read(0, "a/progress", new Progress("a", 4, 3).toMetadata());
        read(1, "b/progress", new Progress("b", 2, 2).toMetadata());
        read(2, "a/progress", "{\"batch\":\"a\"}");
        read(0, "a/progress", new Progress("a", 4, 3).toMetadata());

        assertThat(progress.of("a").isKnown()).isFalse();
        assertThat(progress.of("a").published()).isEqualTo(3);
        assertThat(progress.of("b")).isEqualTo(new Progress("b", 2, 2));
    }

    @Test
    void endedBatchIsKnownAsLongAsItsEarlierRecordsCanBeRead() {
        read(3, "a", null);
        read(5, "b", null);
        progress.onEnded("c");

        progress.forgetEndsBefore(5);

        assertThat(progress.hasEnded("a")).isFalse();
        assertThat(progress.hasEnded("b")).isTrue();
        assertThat(progress.hasEnded("c")).isTrue();
    }
}
