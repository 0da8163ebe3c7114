package dev.millrace.sink.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.Executors.newSingleThreadScheduledExecutor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LimitedWritesTest {
    private static final int CHUNK = 64 * 1024;

    private final ScheduledExecutorService timer = newSingleThreadScheduledExecutor();

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

            assertThatThrownBy(writing::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
            assertThat(receiver.isClosed()).isFalse();
        }
    }

    private Void writeForEver(OutputStream socket) throws IOException {
        var out = new LimitedWrites(socket, timer, Duration.ofMillis(10));
        while (true) {
            out.write(new byte[CHUNK]);
        }
    }

    @Test
    void writesThatEndInTimeReachTheirReceiver() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new LimitedWrites(bytes, timer, Duration.ofDays(1))) {
            out.write('a');
            out.write(new byte[] {'b', 'c'});
            out.flush();
        }

        assertThat(bytes.toString(UTF_8)).isEqualTo("abc");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
