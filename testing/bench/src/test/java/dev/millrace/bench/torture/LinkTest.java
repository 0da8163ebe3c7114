package dev.millrace.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.testclusters.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** One connection through a link, of which the test has both ends. */
class LinkTest {
    /** How long a byte that does not pass is awaited. */
    private static final int WAIT_MILLIS = 100;

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Link link = new Link("test", listener.getLocalPort());
    private Socket client = new Socket();
    private Socket server = new Socket();

    LinkTest() throws IOException {}

    @BeforeEach
    void connect() throws IOException {
        client = new Socket(InetAddress.getLoopbackAddress(), link.port());
        server = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        link.close();
        listener.close();
    }

    @Test
    void bytesPassInBothDirections() throws IOException {
        assertPasses(client, server);
        assertPasses(server, client);
    }

    @Test
    void endOfOneDirectionLeavesTheOtherOpen() throws IOException {
        client.shutdownOutput();

        assertThat(server.getInputStream().read()).isEqualTo(-1);
        assertPasses(server, client);
    }

    @Test
    void linkIsUsedUntilItsConnectionEnds() {
        assertThat(link.isUsed()).isTrue();

        link.reset();

        assertThat(link.isUsed()).isFalse();
    }

    @Test
    void resetBreaksTheConnection() {
        link.reset();

        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
    }

    @Test
    void refusedConnectionIsReset() throws IOException {
        listener.close();

        try (var refused = new Socket(InetAddress.getLoopbackAddress(), link.port())) {
            assertThatThrownBy(() -> refused.getInputStream().read())
                    .isInstanceOf(IOException.class);
        }
        assertThat(link.refused()).isEqualTo(1);
    }

    @Nested
    class WhileCut {
        @Test
        void nothingPassesUntilTheCutEnds() throws IOException {
            link.set(Link.State.CUT);
            client.getOutputStream().write(1);

            assertNothingComes(server);

            link.set(Link.State.PASS);
            assertThat(server.getInputStream().read()).isEqualTo(1);
        }
    }

    @Nested
    class WhileOneWay {
        @Test
        void onlyRequestsPass() throws IOException {
            link.set(Link.State.ONLY_REQUESTS);
            server.getOutputStream().write(1);

            assertNothingComes(client);
            assertPasses(client, server);
        }

        @Test
        void onlyAnswersPass() throws IOException {
            link.set(Link.State.ONLY_ANSWERS);
            client.getOutputStream().write(1);

            assertNothingComes(server);
            assertPasses(server, client);
        }
    }

    @Nested
    class WhileSlow {
        @Test
        void bytesPass() throws IOException {
            link.set(Link.State.SLOW);

            assertPasses(client, server);
        }
    }

    private static void assertPasses(Socket from, Socket to) throws IOException {
        from.getOutputStream().write(7);
        to.setSoTimeout(0);
        assertThat(to.getInputStream().read()).isEqualTo(7);
    }

    private static void assertNothingComes(Socket to) throws IOException {
        to.setSoTimeout(WAIT_MILLIS);
        assertThatThrownBy(() -> to.getInputStream().read())
                .isInstanceOf(SocketTimeoutException.class);
        to.setSoTimeout(0);
    }
}
