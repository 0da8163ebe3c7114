package dev.millrace.standalone.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.UserError;
import dev.millrace.testclusters.secured.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HexFormat;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes servers that answer each connection with fixed bytes, and real web servers. */
class BrokerProbeTest {
    private static final String KAFKA = "0000000a6d696c6c000000000000";

    @TempDir private Path folder;

    /** Reads something, writes the answer and closes. */
    private static ServerSocket serverOf(byte[] answer) throws IOException {
        var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual()
                .start(
                        () -> {
                            while (!server.isClosed()) {
                                answer(server, answer);
                            }
                        });
        return server;
    }

    private static void answer(ServerSocket server, byte[] answer) {
        try (Socket client = server.accept()) {
            var _ = client.getInputStream().read(new byte[64]);
            client.getOutputStream().write(answer);
        } catch (IOException e) {
            // The test has closed the server, or the probe its connection.
        }
    }

    private static KafkaConfig kafka(String servers, String protocol) {
        return new KafkaConfig(Map.of("bootstrap.servers", servers, "security.protocol", protocol));
    }

    private static String refusal(KafkaConfig kafka) {
        var refused = new StringBuilder();
        assertThatThrownBy(() -> BrokerProbe.requireKafka(kafka))
                .isInstanceOfSatisfying(
                        UserError.class,
                        it -> {
                            assertThat(it.exitCode()).isEqualTo(ExitCode.FAILURE);
                            refused.append(it.getMessage());
                        });
        return refused.toString();
    }

    private static void assertUsed(KafkaConfig kafka) {
        assertThat(BrokerProbe.requireKafka(kafka)).isSameAs(kafka);
    }

    @Test
    void brokerIsUsed() throws IOException {
        try (var server = serverOf(HexFormat.of().parseHex(KAFKA))) {
            assertUsed(KafkaConfig.of("127.0.0.1:" + server.getLocalPort()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "485454502f312e31203430302042616420526571756573740d0a|HTTP",
                "15030300020246|TLS",
                "450000006c53464154414c00|PostgreSQL",
                "2d455252206572720d0a|Redis",
                "414d515000000901|AMQP",
                "5353482d322e302d|SSH",
                "4a0000000a382e302e|4a 00 00 00 0a 38 2e 30",
                "0000000a00000007|00 00 00 0a 00 00 00 07",
            })
    void otherServerIsNamedWithItsAddress(String hex, String name) throws IOException {
        try (var server = serverOf(HexFormat.of().parseHex(hex))) {
            String address = "127.0.0.1:" + server.getLocalPort();

            assertThat(refusal(KafkaConfig.of(address)))
                    .startsWith(address + " answers")
                    .contains(name, "not Kafka");
            assertThat(refusal(KafkaConfig.of("127.0.0.1:1, PLAINTEXT://" + address)))
                    .startsWith(address);
        }
    }

    @Test
    void webServerThatWaitsForALineIsNamed() throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        try {
            String address = "127.0.0.1:" + server.getAddress().getPort();

            assertThat(refusal(KafkaConfig.of(address))).startsWith(address + " answers HTTP");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void webServerOfTlsIsNamedWithAndWithoutTls() throws Exception {
        var server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls()));
        server.start();
        try {
            String address = "127.0.0.1:" + server.getAddress().getPort();

            assertThat(refusal(kafka(address, "PLAINTEXT")))
                    .startsWith(address + " answers TLS")
                    .contains("security.protocol");
            assertThat(refusal(kafka(address, "SASL_SSL"))).startsWith(address + " answers HTTP");
        } finally {
            server.stop(0);
        }
    }

    private SSLContext tls() throws Exception {
        ServerCertificate certificate =
                ServerCertificate.create(folder, ServerCertificate.Flaw.NONE);
        char[] password = ServerCertificate.PASSWORD.toCharArray();
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(certificate.keyStore().toFile(), password), password);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1:1", "no-port", "no-such-host.invalid:9092", "a:99999", "a:1,,"})
    void addressThatNobodyAnswersIsLeftToTheClient(String servers) {
        assertUsed(KafkaConfig.of(servers));
    }

    @Test
    void serverThatOnlyClosesIsLeftToTheClient() throws IOException {
        try (var server = serverOf(new byte[0])) {
            assertUsed(KafkaConfig.of("127.0.0.1:" + server.getLocalPort()));
        }
    }

    @Test
    void plainServerIsLeftToAClientOfTls() throws IOException {
        try (var server = serverOf("HTTP/1.1 400 Bad Request\r\n".getBytes(ISO_8859_1))) {
            assertUsed(kafka("127.0.0.1:" + server.getLocalPort(), "SSL"));
        }
    }
}
