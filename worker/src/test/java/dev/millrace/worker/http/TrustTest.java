package dev.millrace.worker.http;

import static dev.millrace.worker.http.Exchanges.DIRECT;
import static dev.millrace.worker.http.Exchanges.PATIENT;
import static dev.millrace.worker.http.Exchanges.onVirtualThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.provider.CertificateFile;
import dev.millrace.configuration.provider.TrustedAuthorities;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.http.server.RawServer;
import dev.millrace.worker.http.server.TestTls;
import java.net.URI;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

/** Which providers are trusted. */
class TrustTest {
    private static HttpTransport transport(ProviderConfig provider) {
        return Exchanges.transport(PATIENT, new HttpClientFactory(PATIENT, 10), provider);
    }

    private static ProviderConfig trusting(CertificateFile authorities) {
        return DIRECT.withTls(TestTls.trusting(authorities));
    }

    private static String address(URI uri) {
        return " (" + uri.getHost() + ":" + uri.getPort() + ")";
    }

    @Test
    void unknownAuthorityIsRefusedBeforeTheCallIsSent() throws Exception {
        try (var server = RawServer.overTls(RawServer.always(200, "{}"));
                var transport = transport(DIRECT)) {
            assertThat(onVirtualThread(transport, server.uri()))
                    .isEqualTo(
                            new ExchangeEnd.Broken(
                                    "the certificate of the provider is not trusted; its authority can be added with tls.ca"
                                            + address(server.uri()),
                                    false));
        }
    }

    @Test
    void ownAuthorityIsTrusted() throws Exception {
        try (var server = RawServer.overTls(RawServer.always(200, "{}"));
                var transport = transport(trusting(TestTls.AUTHORITY))) {
            assertThat(onVirtualThread(transport, server.uri()))
                    .isInstanceOf(ExchangeEnd.Responded.class);
        }
    }

    @Test
    void certificateForAnotherHostIsRefusedBeforeTheCallIsSent() throws Exception {
        try (var server =
                        new RawServer(
                                TestTls.serverSocket("127.0.0.2"), RawServer.always(200, "{}"));
                var transport = transport(trusting(TestTls.AUTHORITY))) {
            assertThat(onVirtualThread(transport, URI.create("https://127.0.0.2:" + server.port())))
                    .isEqualTo(
                            new ExchangeEnd.Broken(
                                    "the certificate of the provider has expired or is for another host"
                                            + " (127.0.0.2:"
                                            + server.port()
                                            + ")",
                                    false));
        }
    }

    @Test
    void authoritiesOfTheJvmStayTrusted() throws Exception {
        var own = TestTls.AUTHORITY.read();
        var usual = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        usual.init((KeyStore) null);
        X509Certificate[] issuers =
                ((X509TrustManager) usual.getTrustManagers()[0]).getAcceptedIssuers();

        assertThat(TrustedAuthorities.and(own)).contains(issuers).containsAll(own);
    }

    @Test
    void missingFileIsNamedWithItsKey() {
        assertThatThrownBy(() -> transport(trusting(CertificateFile.of("/no/such.pem"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("providers.p.tls.ca: the file /no/such.pem does not exist");
    }
}
