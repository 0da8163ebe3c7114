package dev.millrace.worker.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobRecordTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    /** Seconds after noon; noon is the time of the submission by its gateway's clock. */
    @ParameterizedTest
    @CsvSource({
        "LOG_APPEND_TIME, EXPRESS, -60, -60",
        "LOG_APPEND_TIME, EXPRESS, 60, 60",
        "LOG_APPEND_TIME, CRITICAL, 60, 0",
        "CREATE_TIME, EXPRESS, -60, 0"
    })
    void jobOfAGatewayIsSubmittedAtTheTimeOfTheBroker(
            TimestampType type, Lane lane, int appended, int submitted) throws Exception {
        var job =
                new JobHeaders(
                        new JobHeaders.Identity(JobId.of("t", "b", "1"), "t", "b", null),
                        new JobHeaders.Submission(Priority.CRITICAL, null, NOON),
                        new JobHeaders.Route("named", List.of("m", "n"), 0));
        var headers = new RecordHeaders();
        job.writeTo(headers);
        var record =
                new ConsumerRecord<>(
                        "jobs",
                        0,
                        0,
                        NOON.plusSeconds(appended).toEpochMilli(),
                        type,
                        0,
                        0,
                        new byte[0],
                        new byte[0],
                        headers,
                        Optional.empty());

        assertThat(JobRecord.headers(record, lane).submittedAt())
                .isEqualTo(NOON.plusSeconds(submitted));
    }
}
