package dev.millrace.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.economy.ServiceProcess;
import dev.millrace.standalone.usage.ServedPipeline;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A gateway in a separate process. One thread starts, suspends and kills it; any thread may call
 * it.
 */
final class GatewayProcess {
    private static final Pattern ADDRESS =
            Pattern.compile("^gateway (http://\\S+)$", Pattern.MULTILINE);

    /** Providers and models of the pipeline that gateways are tried with. */
    static final String MODELS =
            """
            providers:
              simulator:
                wire: openai
                simulator:
                  models:
                    quick: { latency: 5ms, answer_tokens: 5 }
                    slow: { first_byte: 50ms, latency: { min: 100ms, max: 600ms }, answer_tokens: 20 }
            models:
              quick: { provider: simulator, price: { input: 1, output: 2 } }
              slow: { provider: simulator, price: { input: 1, output: 2 } }
            gateway: { listen: "127.0.0.1:0" }
            """;

    private final ServiceProcess process;
    private int starts = 1;
    private volatile @Nullable String address;

    /**
     * Starts a gateway, which calls no provider but knows the models of {@link #MODELS}.
     *
     * @param files folder of the files, which gateways share
     * @param topics the section {@code topics} of the configuration
     */
    GatewayProcess(Path home, String kafka, Path files, ServedPipeline pipeline, String topics)
            throws IOException {
        process =
                new ServiceProcess(
                        "gateway",
                        home,
                        """
            kafka: { bootstrap.servers: "%s" }
            providers: { elsewhere: { wire: openai, base_url: "http://127.0.0.1:1/v1" } }
            models:
              quick: { provider: elsewhere, price: { input: 1, output: 2 } }
              slow: { provider: elsewhere, price: { input: 1, output: 2 } }
            gateway:
              listen: "127.0.0.1:0"
              files: { store: "file:%s" }
            sink: { jdbc_url: "%s" }
            """
                                        .formatted(kafka, files, pipeline.jdbcUrl())
                                + topics);
    }

    /** Waits until the gateway can be called. */
    void awaitStart() {
        await().until(() -> addresses().size() == starts || !process.isAlive());
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

    /** Suspends the process. Calls in flight wait; clients make new calls to other gateways. */
    void suspend() throws IOException {
        process.suspend();
        address = null;
    }

    void resume() throws IOException {
        process.resume();
        awaitStart();
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
