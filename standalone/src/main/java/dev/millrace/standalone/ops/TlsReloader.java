package dev.millrace.standalone.ops;

import dev.millrace.configuration.ServerTlsConfig;
import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.service.StoppableThread;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the current certificate and key of the files. A dedicated thread checks the files every
 * few seconds. New connections get the new certificate. While the files are unusable, the last
 * usable ones are served.
 */
final class TlsReloader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsReloader.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final ServerTlsConfig files;
    private final Tls tls;
    private final StoppableThread thread =
            StoppableThread.every(INTERVAL, "millrace-tls", this::look);

    /** Digest of the files at the last look. Belongs to the thread that looks. */
    private String seen;

    private volatile @Nullable String problem;

    /**
     * Reads the files.
     *
     * @throws IOException with a message that names the file and its problem
     */
    TlsReloader(ServerTlsConfig files) throws IOException {
        this.files = files;
        seen = digest();
        tls = TlsFiles.read(files);
    }

    /** Starts to look at the files. */
    void start() {
        thread.start();
    }

    /** Loads the files if they have changed since the last look. */
    void look() {
        String found = digest();
        if (found.equals(seen)) {
            return;
        }
        seen = found;
        try {
            tls.reload(TlsFiles.read(files));
            problem = null;
            LOG.atInfo()
                    .addKeyValue("certificate", files.certificate())
                    .log("New connections get the changed certificate");
        } catch (IOException | RuntimeException e) {
            problem = String.valueOf(e.getMessage());
            LOG.atWarn()
                    .addKeyValue("certificate", files.certificate())
                    .addKeyValue("reason", problem)
                    .log(
                            "The changed files of a certificate are unusable; the last ones are served");
        }
    }

    /** Returns a digest of both files. An unreadable file contributes only its existence. */
    private String digest() {
        return digest(files.certificate()) + digest(files.key());
    }

    private static String digest(String file) {
        try {
            return HexFormat.of()
                    .formatHex(Sha256.create().digest(Files.readAllBytes(Path.of(file))));
        } catch (NoSuchFileException e) {
            return "missing";
        } catch (IOException e) {
            return "unreadable";
        }
    }

    /** Returns the server's TLS settings, whose certificate is replaced in place. */
    Tls tls() {
        return tls;
    }

    /** Returns why the present files are not served; empty if they are. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public void close() {
        thread.stop();
    }
}
