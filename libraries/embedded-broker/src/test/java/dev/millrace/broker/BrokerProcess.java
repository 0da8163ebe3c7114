package dev.millrace.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A broker in a separate JVM. It commits the record "first", leaves the record "open" in an open
 * transaction, and waits to be killed.
 */
final class BrokerProcess {
    private static final String READY = "ready ";

    private BrokerProcess() {}

    /**
     * Starts the process and returns once it has written its records and printed its cluster id.
     */
    static Running start(Path directory) throws IOException {
        var process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElse("java"),
                                "--sun-misc-unsafe-memory-access=allow",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                BrokerProcess.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(READY)) {
                return new Running(process, line.substring(READY.length()));
            }
        }
        throw new IOException("the broker's process ended before it was ready");
    }

    public static void main(String[] args) throws Exception {
        var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(Path.of(args[0])));
        var clients = new Clients(broker.bootstrapServers());
        clients.createTopic(Map.of());
        clients.commit("first");
        var producer = clients.producer("left-open");
        producer.beginTransaction();
        producer.send(Clients.record("open")).get();
        System.out.println(READY + broker.clusterId());
        new CountDownLatch(1).await();
    }

    record Running(Process process, String clusterId) {
        /** Kills the process as {@code kill -9} does, and waits for its end. */
        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }
}
