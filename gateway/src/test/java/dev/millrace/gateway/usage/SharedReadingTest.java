package dev.millrace.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How often a reading is repeated. */
class SharedReadingTest {
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SLOW_NANOS);
    private int readings;
    private boolean fails = true;

    private final SharedReading reading = new SharedReading(this::read, nanos::get);

    private byte[] read() throws IOException {
        readings++;
        nanos.addAndGet(SLOW_NANOS);
        if (fails) {
            throw new IOException("failure " + readings);
        }
        return "{}".getBytes(UTF_8);
    }

    @Test
    void failedReadingIsNotRepeatedBeforeItIsDue() {
        assertThatThrownBy(reading::get).hasMessage("failure 1");
        nanos.addAndGet(5 * SLOW_NANOS - 1);

        assertThatThrownBy(reading::get).hasMessage("failure 1");
        assertThat(readings).isEqualTo(1);
    }

    @Test
    void failedReadingIsRepeatedWhenItIsDue() throws Exception {
        assertThatThrownBy(reading::get).hasMessage("failure 1");
        nanos.addAndGet(5 * SLOW_NANOS);
        fails = false;

        assertThat(reading.get().version()).isEqualTo(1);
        assertThat(reading.get().json()).isEqualTo("{}".getBytes(UTF_8));
        assertThat(readings).isEqualTo(2);
    }

    @Test
    void failureAfterASuccessIsNotHiddenByTheEarlierReading() throws Exception {
        fails = false;
        var _ = reading.get();
        nanos.addAndGet(5 * SLOW_NANOS);
        fails = true;

        assertThatThrownBy(reading::get).hasMessage("failure 2");
        assertThatThrownBy(reading::get).hasMessage("failure 2");
    }
}
