package dev.millrace.standalone.lateness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.MillraceHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTimesTest {
    private static HeaderTimes submittedAt(String time) {
        return HeaderTimes.of(
                new RecordHeaders()
                        .add(MillraceHeaders.SUBMITTED_AT, time.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:00Z", "2026-11-20T12:00:00Z"})
    void submissionIsRead(String time) {
        assertThat(submittedAt(time).submittedAt()).isEqualTo(Instant.parse(time));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1969-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z", "yesterday"})
    void submissionThatCannotBeIsUnknown(String time) {
        assertThat(submittedAt(time).submittedAt()).isNull();
    }
}
