package dev.millrace.gateway.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeastRateInputTest {
    private static final int BYTES = 4 * LeastRateInput.PIECE_BYTES;

    /** Near overflow. */
    private long nanos = Long.MAX_VALUE - 1;

    private final LeastRateInput in =
            new LeastRateInput(new ByteArrayInputStream(new byte[BYTES]), () -> nanos);

    /** Reads a number of bytes and takes a time to pass them on. */
    private void take(int bytes, Duration time) throws IOException {
        assertThat(in.readNBytes(bytes)).hasSize(bytes);
        nanos += time.toNanos();
    }

    @Test
    void receiverAtTheLeastRateGetsEverything() throws IOException {
        for (int i = 0; i < 8; i++) {
            take(LeastRateInput.PIECE_BYTES / 2, LeastRateInput.PATIENCE.dividedBy(2));
        }

        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void receiverBelowTheLeastRateIsCutOff() throws IOException {
        take(LeastRateInput.PIECE_BYTES / 2, LeastRateInput.PATIENCE.plusNanos(1));

        assertThatThrownBy(in::read).isInstanceOf(IOException.class);
    }

    @Test
    void receiverOfOneLargePieceIsCutOff() throws IOException {
        take(LeastRateInput.PIECE_BYTES, LeastRateInput.PATIENCE.plusNanos(1));

        assertThatThrownBy(in::read).isInstanceOf(IOException.class);
    }

    @Test
    void timeOfASlowSourceDoesNotCount() throws IOException {
        var slow =
                new LeastRateInput(
                        new ByteArrayInputStream(new byte[2]) {
                            @Override
                            public synchronized int read(byte[] target, int offset, int length) {
                                nanos += LeastRateInput.PATIENCE.toNanos();
                                return super.read(target, offset, length);
                            }
                        },
                        () -> nanos);

        assertThat(slow.readAllBytes()).hasSize(2);
    }
}
