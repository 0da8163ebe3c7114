package dev.millrace.contracts.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.header.MillraceHeaders;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.WithNull;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
    private static final DeadLetter LETTER =
            new DeadLetter(
                    "duplicate", "seen before", "millrace.requests", 3, 77, "acme", "b", 17L, null);

    @Property
    void survivesARoundTrip(
            @ForAll String message,
            @ForAll @IntRange(min = 0) int partition,
            @ForAll @LongRange(min = 0) long offset,
            @ForAll @WithNull @Nullable Long line,
            @ForAll @WithNull @Nullable String batch) {
        var letter =
                new DeadLetter(
                        "duplicate",
                        utf8(message),
                        "millrace.requests",
                        partition,
                        offset,
                        null,
                        batch == null ? null : utf8(batch),
                        line,
                        null);
        var headers = new RecordHeaders();
        letter.writeTo(headers);
        assertThat(DeadLetter.read(headers)).isEqualTo(letter);
    }

    private static String utf8(String text) {
        return new String(text.getBytes(UTF_8), UTF_8);
    }

    @Test
    void replacesMillraceHeadersAndKeepsOthers() {
        var headers = new RecordHeaders();
        headers.add(MillraceHeaders.PREFIX + "claimed", new byte[] {1});
        headers.add("traceparent", new byte[] {2});
        LETTER.writeTo(headers);
        assertThat(headers.lastHeader(MillraceHeaders.PREFIX + "claimed")).isNull();
        assertThat(headers.lastHeader("traceparent")).isNotNull();
    }

    @Test
    void otherHeadersAreRejected() {
        assertThatThrownBy(() -> DeadLetter.read(new RecordHeaders()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(MillraceHeaders.REASON);
        var headers = new RecordHeaders();
        LETTER.writeTo(headers);
        MillraceHeaders.put(headers, MillraceHeaders.ORIGIN_OFFSET, "far away");
        assertThatThrownBy(() -> DeadLetter.read(headers))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
