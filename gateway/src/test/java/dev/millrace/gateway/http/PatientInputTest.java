package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatientInputTest {
    private static final Duration LONG = Duration.ofHours(1);

    /**
     * A client that sends some bytes one by one, and then nothing until its reader stops waiting.
     */
    private static final class SlowClient extends InputStream {
        private int left;

        SlowClient(int bytes) {
            left = bytes;
        }

        @Override
        public int read() throws IOException {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left > 0) {
                left--;
                target[offset] = 'a';
                return 1;
            }
            try {
                new CountDownLatch(1).await();
                return -1;
            } catch (InterruptedException e) {
                throw new InterruptedIOException("the connection is closed");
            }
        }
    }

    /** The last number of bytes ends a first period in time, and begins another one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100, (32 << 10) + 100})
    void bodyBelowTheMinimumSpeedIsRefused(int bytes) throws IOException {
        var end = new CompletableFuture<Throwable>();
        var faults = new AtomicInteger();
        try (var body =
                new PatientInput(
                        new SlowClient(bytes), Duration.ofMillis(500), faults::incrementAndGet)) {
            // Runs on a separate thread, because the deadline interrupts the reading thread.
            var _ =
                    Thread.ofVirtual()
                            .start(() -> end.complete(catchThrowable(body::readAllBytes)));

            assertThat(end.join())
                    .isInstanceOfSatisfying(
                            ApiError.class,
                            it -> {
                                assertThat(it.kind()).isEqualTo(ErrorKind.SLOW);
                                assertThat(it.code()).isEqualTo("request_timeout");
                            });
            assertThat(faults).hasPositiveValue();
        }
    }

    @Test
    void errorOfADecoderReachesTheClientUnchanged() {
        ApiError tooBusy = ApiError.overloaded(Duration.ofSeconds(1), "too many large bodies");
        var faults = new AtomicInteger();
        var body =
                new PatientInput(
                        new ByteArrayInputStream(new byte[1]) {
                            @Override
                            public synchronized int read(byte[] target, int offset, int length) {
                                throw tooBusy;
                            }
                        },
                        LONG,
                        faults::incrementAndGet);

        assertThat(catchThrowable(body::readAllBytes)).isSameAs(tooBusy);
        assertThat(faults).hasValue(1);
    }

    @Test
    void fastBodyIsReadWhateverItsSize() throws IOException {
        byte[] sent = new byte[1 << 20];
        try (var body = new PatientInput(new ByteArrayInputStream(sent), LONG, () -> {})) {
            assertThat(body.readAllBytes()).isEqualTo(sent);
        }
    }
}
