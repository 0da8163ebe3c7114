package dev.millrace.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.economy.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A gateway in a process of its own. One thread starts and kills it; any thread may call it. */
final class GatewayProcess {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Pattern ADDRESS =
            Pattern.compile("^gateway (http://\\S+)$", Pattern.MULTILINE);

    private final ServiceProcess process;
    private int starts = 1;
    private volatile @Nullable String address;

    GatewayProcess(Path home, String yaml) throws IOException {
        process = new ServiceProcess("gateway", home, yaml);
    }

    /** Waits until the gateway can be called. */
    void awaitStart() {
        await().atMost(TIMEOUT).until(() -> addresses().size() == starts || !process.isAlive());
        assertThat(addresses()).as(process::toString).hasSize(starts);
        address = addresses().getLast();
    }

    private List<String> addresses() {
        return ADDRESS.matcher(process.output()).results().map(it -> it.group(1)).toList();
    }

    /** Returns the base URL; empty while the gateway cannot be called. */
    Optional<URI> address() {
        return Optional.ofNullable(address).map(URI::create);
    }

    /** Kills the process as {@code kill -9} does. */
    void kill() {
        process.kill();
        address = null;
    }

    void restart() throws IOException {
        starts++;
        process.restart();
    }

    @Override
    public String toString() {
        return process.toString();
    }
}
