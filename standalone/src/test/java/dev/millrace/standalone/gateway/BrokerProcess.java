package dev.millrace.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.economy.ServiceProcess;
import dev.millrace.testclusters.FreePorts;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Kafka in a separate process. The process can be killed, and restarted with its records on its
 * port. Used by one thread.
 */
final class BrokerProcess {
    private static final String BROKER = "broker";

    private final String address;
    private final ServiceProcess process;

    /**
     * Starts a broker, and returns when its topics exist.
     *
     * @param yaml configuration of the pipeline, without {@code kafka}
     */
    BrokerProcess(Path home, String yaml) throws IOException {
        int port = FreePorts.one();
        address = "127.0.0.1:" + port;
        process =
                new ServiceProcess(
                        "up",
                        home,
                        yaml,
                        "--only",
                        BROKER,
                        "--broker-port",
                        Integer.toString(port));
        await().until(() -> isAnnounced() || !process.isAlive());
        assertThat(isAnnounced()).as(process::toString).isTrue();
    }

    private boolean isAnnounced() {
        return process.output().contains(address);
    }

    /** Returns {@code host:port} for Kafka clients. */
    String address() {
        return address;
    }

    /** Kills the process as {@code kill -9} does. */
    void kill() {
        process.kill();
    }

    void restart() throws IOException {
        process.restart();
    }

    @Override
    public String toString() {
        return process.toString();
    }
}
