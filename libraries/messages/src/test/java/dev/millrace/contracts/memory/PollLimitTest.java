package dev.millrace.contracts.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PollLimitTest {
    private final PollLimit limit = new PollLimit(100);

    private byte @Nullable [] read(int bytes) {
        return limit.deserialize("t", new RecordHeaders(), ByteBuffer.allocate(bytes));
    }

    @Test
    void valuesUpToTheLimitAreRead() {
        assertThat(read(60)).hasSize(60);
        assertThat(read(40)).hasSize(40);
        assertThat(read(0)).isEmpty();
    }

    @Test
    void valueBeyondTheLimitIsRefusedUntilTheNextPoll() {
        read(60);
        assertThatThrownBy(() -> read(41)).isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> read(41)).isInstanceOf(SerializationException.class);

        limit.onPoll();

        assertThat(read(41)).hasSize(41);
    }

    @Test
    void firstValueOfAPollIsNeverRefused() {
        assertThat(read(1_000)).hasSize(1_000);
        assertThatThrownBy(() -> read(1)).isInstanceOf(SerializationException.class);
    }

    @Test
    void absentValueCountsNothing() {
        read(100);

        assertThat(limit.deserialize("t", new RecordHeaders(), (ByteBuffer) null)).isNull();
    }
}
