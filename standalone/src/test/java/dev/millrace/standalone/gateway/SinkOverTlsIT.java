package dev.millrace.standalone.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.contracts.config.storage.StoreLocation;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.fixtures.secured.ServerCertificate;
import dev.millrace.fixtures.secured.ServerCertificate.Flaw;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.sink.SinkClient;
import dev.millrace.gateway.sink.SinkException;
import dev.millrace.gateway.sink.SinkSettings;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.forecast.BatchForecasts;
import dev.millrace.standalone.ops.BindAddress;
import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.usage.ServedPipeline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway's reads of a sink whose certificate is from an authority of its own. */
class SinkOverTlsIT {
    @TempDir private static Path folder;
    private static ServerCertificate own;
    private static ServerCertificate other;
    private static ServedPipeline pipeline;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        own = ServerCertificate.create(folder, Flaw.NONE);
        other = ServerCertificate.create(folder, Flaw.OTHER_HOST);
        pipeline =
                ServedPipeline.start(
                        Files.createDirectory(folder.resolve("pipeline")),
                        """
                        providers:
                          simulator: { wire: openai, simulator: {} }
                        models:
                          m: { provider: simulator, price: { input: 1, output: 2 } }
                        sink:
                          listen: "127.0.0.1:0"
                          tls: { certificate: "%s", key: "%s" }
                        """
                                .formatted(own.authority(), key(own)));
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    /** Writes the private key as a PEM file. */
    private static Path key(ServerCertificate certificate) throws Exception {
        char[] password = ServerCertificate.PASSWORD.toCharArray();
        KeyStore keys = KeyStore.getInstance(certificate.keyStore().toFile(), password);
        String key =
                Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII))
                        .encodeToString(keys.getKey("broker", password).getEncoded());
        return Files.writeString(
                folder.resolve("tls.key"),
                "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n");
    }

    private static URI sink() {
        return URI.create("https://" + pipeline.server().address());
    }

    private static MillraceConfig trusting(Path authority) {
        return new ConfigLoader(Map.of())
                .parse(
                        "m.yaml",
                        """
                        gateway: { sink: { url: "%s", tls: { ca: "%s" } } }
                        """
                                .formatted(sink(), authority))
                .withKafka(pipeline.config().kafka().orElseThrow());
    }

    private static GatewayServer gateway(MillraceConfig config) {
        return GatewayServer.start(
                BindAddress.configured(new ListenAddress("127.0.0.1", 0), "the test"),
                new GatewaySettings(
                        config,
                        config.gateway().sink().url(),
                        new StoreLocation.Folder(folder.resolve("files")),
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        System::nanoTime,
                        new SecureRandom(),
                        new BatchForecasts(config),
                        HeapShare.AMPLE));
    }

    private HttpResponse<String> usage(GatewayServer gateway) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(gateway.url() + "/usage")).build(),
                BodyHandlers.ofString());
    }

    @Test
    void usageIsReadFromASinkWithATrustedCertificate() throws Exception {
        assertThat(pipeline.server().url()).startsWith("https://");
        try (GatewayServer gateway = gateway(trusting(own.authority()))) {
            HttpResponse<String> response = usage(gateway);

            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }
    }

    @Test
    void foreignCertificateIsNamedWithTheKeyThatWouldTrustIt() {
        MillraceConfig config = trusting(other.authority());
        var settings =
                new SinkSettings(
                        sink(),
                        config.gateway().sink().key(),
                        config.gateway().sink().tls(),
                        SinkSettings.DEFAULT_TIMEOUT);
        try (var client = new SinkClient(settings)) {
            assertThatThrownBy(() -> client.usage(Map.of()))
                    .isInstanceOf(SinkException.class)
                    .hasMessage(
                            "the sink at %s cannot be reached: its certificate is not trusted; name its authority in gateway.sink.tls.ca",
                            sink());
        }
    }

    @Test
    void missingFileOfAuthoritiesIsReportedAtStart() {
        assertThatThrownBy(() -> gateway(trusting(folder.resolve("none.pem"))))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("gateway.sink.tls.ca in m.yaml: the file ")
                .hasMessageEndingWith("none.pem does not exist");
    }
}
