package dev.millrace.gateway.publish.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UnsuccessfulLinesTest {
    private static final int MAX_BYTES = 1_000;

    /** Number of successful results that the sink has. */
    private long stored = 2;

    private static BatchFileReader reader(String text) {
        return new BatchFileReader(new ByteArrayInputStream(text.getBytes(UTF_8)), MAX_BYTES);
    }

    private static LineSource allLines() {
        BatchFileReader reader = reader("{}\n{}\n{}\n{}\n");
        return new LineSource() {
            @Override
            public @Nullable BatchLine next() throws IOException {
                return reader.next();
            }

            @Override
            public void close() throws IOException {
                reader.close();
            }
        };
    }

    private static String success(int line) {
        return ("{\"custom_id\":\"%d\",\"millrace\":{\"job_id\":\"j\",\"tenant\":\"acme\",\"batch\":\"b\","
                        + "\"line\":%d,\"attempts\":1,\"cost_usd\":0.1,\"queued_ms\":1,\"upstream_ms\":1}}\n")
                .formatted(line, line);
    }

    /** Opens the failed lines of a batch of which two lines had succeeded. */
    private UnsuccessfulLines failed(String results) {
        return new UnsuccessfulLines(allLines(), reader(results), 2, () -> stored);
    }

    @Test
    void linesWithoutSuccessAreReturned() throws IOException {
        var numbers = new ArrayList<Long>();
        try (UnsuccessfulLines failed = failed(success(1) + success(3))) {
            for (BatchLine line = failed.next(); line != null; line = failed.next()) {
                numbers.add(line.number());
            }
            assertThatCode(failed::confirm).doesNotThrowAnyException();
        }

        assertThat(numbers).isEqualTo(List.of(2L, 4L));
    }

    @Test
    void linesAreNotConfirmedOnceResultsWereDeletedThatCameBeforeThem() throws IOException {
        try (UnsuccessfulLines failed = failed(success(3))) {
            // Line 1 has succeeded, but its result was deleted just before it was read.
            assertThat(failed.next()).isNotNull();
            stored = 1;

            assertThatThrownBy(failed::confirm)
                    .isInstanceOf(ResultsDeletedException.class)
                    .hasMessageContaining("2 of its lines had succeeded, of which 1 are left");
        }
    }

    @Test
    void missingResultsAreNoticedAtTheEndOfTheResults() throws IOException {
        try (UnsuccessfulLines failed = failed(success(1))) {
            assertThatThrownBy(failed::next).isInstanceOf(ResultsDeletedException.class);
        }
    }
}
