package dev.millrace.contracts.chunk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.chunk.Chunk.Outcome;
import dev.millrace.contracts.job.JobId;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkTest {
    private static final JobId JOB = JobId.of("t", "b", "c");
    private static final byte[] DATA = "{\"choices\":[]}".getBytes(UTF_8);

    @ParameterizedTest
    @ValueSource(strings = {"", "response.created"})
    void eventSurvivesARoundTrip(String name) {
        var record = new Chunk(2, 7, new Chunk.Event(name, DATA)).toRecord("chunks", 3, JOB);

        assertThat(record.key()).isEqualTo(JOB.value().getBytes(UTF_8));
        assertThat(Chunk.read(record.headers(), record.value()))
                .hasValue(new Chunk(2, 7, new Chunk.Event(name, DATA)));
    }

    @ParameterizedTest
    @EnumSource
    void endSurvivesARoundTrip(Outcome outcome) {
        var record = new Chunk(1, 0, new Chunk.End(outcome)).toRecord("chunks", 3, JOB);

        assertThat(record.value()).isEmpty();
        assertThat(Chunk.read(record.headers(), record.value()))
                .hasValue(new Chunk(1, 0, new Chunk.End(outcome)));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,-1"})
    void numbersThatCannotBeAreRejected(int attempt, int sequence) {
        assertThatThrownBy(() -> new Chunk(attempt, sequence, new Chunk.End(Outcome.COMPLETE)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Nested
    class ARecordThatIsNoChunk {
        private final RecordHeaders headers = new RecordHeaders();

        @Test
        void countsAsMissing() {
            assertThat(Chunk.read(headers, DATA)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "millrace-attempt, first",
            "millrace-attempt, 0",
            "millrace-sequence, -1",
            "millrace-end, later-word",
        })
        void countsAsMissingWithAnUnknownHeader(String name, String value) {
            new Chunk(1, 0, new Chunk.End(Outcome.COMPLETE))
                    .toRecord("chunks", 3, JOB)
                    .headers()
                    .forEach(headers::add);
            headers.add(name, value.getBytes(UTF_8));

            assertThat(Chunk.read(headers, DATA)).isEmpty();
        }
    }
}
