package dev.millrace.worker.http;

import dev.millrace.configuration.provider.TlsMaterial;
import dev.millrace.configuration.provider.TlsSettings;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS with a provider whose authorities or client certificate come from files. When the files
 * change, new connections use the new content, without a resumed session; open connections are
 * kept. One thread reads the files; any thread connects.
 */
final class ProviderTls implements TlsSocketStrategy {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderTls.class);

    private final String section;
    private final TlsSettings settings;
    private TlsMaterial used;

    /** The content that the latest reading found. */
    private TlsMaterial found;

    /** Unsuccessful readings since the latest successful one. */
    private int failures;

    private volatile TlsSocketStrategy current;

    /**
     * @throws IllegalArgumentException if a file cannot be used
     */
    ProviderTls(String provider, TlsSettings settings) {
        this.section = "providers." + provider + ".";
        this.settings = settings;
        try {
            used = settings.read();
        } catch (IOException e) {
            throw new IllegalArgumentException(section + e.getMessage(), e);
        }
        found = used;
        current = new DefaultClientTlsStrategy(used.context());
    }

    /**
     * Reads the files again. A change is used or reported once two readings in a row agree, since
     * the first one can be of half-written files.
     */
    void readAgain() {
        try {
            TlsMaterial read = settings.read();
            failures = 0;
            if (read.equals(found) && !read.equals(used)) {
                current = new DefaultClientTlsStrategy(read.context());
                used = read;
                LOG.atInfo().log("{}tls: new connections use the changed files", section);
            }
            found = read;
        } catch (IOException e) {
            failures++;
            if (failures == 2) {
                LOG.atWarn()
                        .log(
                                "{}{}; calls continue with the former content",
                                section,
                                e.getMessage());
            }
        }
    }

    @Override
    public SSLSocket upgrade(
            Socket socket, String target, int port, Object attachment, HttpContext context)
            throws IOException {
        return current.upgrade(socket, target, port, attachment, context);
    }
}
