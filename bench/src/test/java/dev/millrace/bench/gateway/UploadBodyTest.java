package dev.millrace.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UploadBodyTest {
    @Test
    void bodyHasAFileOfTheGivenSizeAndReportsItsMiddleOnce() throws IOException {
        var halves = new AtomicInteger();
        String text;
        try (var body = UploadBody.of(10_001, halves::incrementAndGet)) {
            text = new String(body.readAllBytes(), StandardCharsets.US_ASCII);
        }

        int start = text.indexOf("{\"custom_id\"");
        int end = text.lastIndexOf("\r\n--millrace-bench-boundary--\r\n");
        assertThat(end - start).isEqualTo(10_001);
        assertThat(text.substring(start, end).lines()).hasSize(3);
        assertThat(halves).hasValue(1);
    }
}
