package dev.millrace.contracts.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadableRecordTest {
    private static UnreadableRecord record(String name, String value) {
        var headers = new RecordHeaders();
        MillraceHeaders.put(headers, MillraceHeaders.JOB_ID, JobId.of("t", "b", "c"));
        MillraceHeaders.put(headers, name, value);
        return UnreadableRecord.read(headers, null).orElseThrow();
    }

    @Test
    void amountIsRead() {
        assertThat(record(MillraceHeaders.INHERITED_USD, "0.25").billedUsd()).isEqualTo("0.25");
        assertThat(record(MillraceHeaders.RESERVED_USD, "1E-7").job().reservedUsd())
                .isEqualTo("0.0000001");
    }

    /** As plain text, such an amount would fill the heap. */
    @ParameterizedTest
    @ValueSource(strings = {"1E+1000000000", "1E-1000000000", "1E+1001", "much"})
    void amountThatNoRouterWritesCountsAsUnknown(String text) {
        UnreadableRecord billed = record(MillraceHeaders.INHERITED_USD, text);
        UnreadableRecord reserved = record(MillraceHeaders.RESERVED_USD, text);
        UnreadableRecord attempt = record(MillraceHeaders.ATTEMPT_USD, text);

        assertThat(billed.billedUsd()).isEqualTo(BigDecimal.ZERO);
        assertThat(Usd.text(reserved.job().reservedUsd())).isEqualTo("0");
        assertThat(attempt.attemptUsd()).isEqualTo(BigDecimal.ZERO);
    }
}
