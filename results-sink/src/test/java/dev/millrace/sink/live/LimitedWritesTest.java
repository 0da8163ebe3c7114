package dev.millrace.sink.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.sink.fixture.ManualTimer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LimitedWritesTest {
    private static final int CHUNK = 64 * 1024;

    private final ManualTimer timer = new ManualTimer();

    @AfterEach
    void stopTimer() {
        timer.shutdownNow();
    }

    @Test
    void receiverThatNeverReadsEndsTheWriter() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var receiver = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket sender = server.accept();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> writing = threads.submit(() -> writeForEver(sender.getOutputStream()));
            await().until(
                            () -> {
                                timer.advance(LimitedWrites.PIECE_LIMIT);
                                return writing.isDone();
                            });

            assertThatThrownBy(writing::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
            assertThat(receiver.isClosed()).isFalse();
        }
    }

    private Void writeForEver(OutputStream socket) throws IOException {
        var out = new LimitedWrites(socket, timer);
        while (true) {
            out.write(new byte[CHUNK]);
        }
    }

    @Test
    void writesThatEndInTimeReachTheirReceiver() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new LimitedWrites(bytes, timer)) {
            out.write('a');
            out.write(new byte[] {'b', 'c'});
            out.flush();
        }

        assertThat(bytes.toString(UTF_8)).isEqualTo("abc");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    /** A piece of 64 KiB in 30 s is 2,184.5 bytes a second. */
    @Nested
    class WhenAReceiverReadsSlowly {
        private static final byte[] RESULT = new byte[1 << 20];

        private final ByteArrayOutputStream received = new ByteArrayOutputStream();

        /** Writes a result to a receiver of a rate. */
        private void write(int bytesPerSecond) throws IOException {
            try (var out = new LimitedWrites(new SlowReceiver(bytesPerSecond), timer)) {
                out.write(RESULT);
            }
        }

        @Test
        void receiverAtTheLeastRateGetsAResultOfAnySize() throws Exception {
            write(2_185);

            assertThat(received.toByteArray()).isEqualTo(RESULT);
        }

        @Test
        void receiverBelowTheLeastRateIsCutOff() {
            assertThatThrownBy(() -> write(2_184)).isInstanceOf(SocketException.class);

            assertThat(received.size()).isZero();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }

        /** A socket whose buffers are full: a write takes as long as its bytes are read. */
        private final class SlowReceiver extends OutputStream {
            private final int bytesPerSecond;

            SlowReceiver(int bytesPerSecond) {
                this.bytesPerSecond = bytesPerSecond;
            }

            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                timer.advance(Duration.ofSeconds(length).dividedBy(bytesPerSecond));
                if (Thread.interrupted()) {
                    throw new SocketException("Closed by interrupt");
                }
                received.write(bytes, offset, length);
            }
        }
    }
}
