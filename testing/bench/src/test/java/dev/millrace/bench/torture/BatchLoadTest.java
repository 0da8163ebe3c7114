package dev.millrace.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchLoadTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"status":"completed","request_counts":{"completed":3}}; true
                    {"status":"cancelled","request_counts":{"completed":3}}; true
                    {"status":"completed","request_counts":{"completed":2}}; false
                    {"status":"in_progress","request_counts":{"completed":3}}; false
                    {"processing_status":"ended","request_counts":{"succeeded":3}}; true
                    {"processing_status":"canceling","request_counts":{"succeeded":3}}; false
                    """)
    void batchHasEndedWithItsAnswers(String batch, boolean hasEnded) {
        assertThat(BatchLoad.hasEnded(batch, 3)).isEqualTo(hasEnded);
    }
}
