package dev.millrace.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.QuorumConfig;

/**
 * A Kafka node, both broker and controller, inside this process.
 *
 * <p>Its records survive a stop, a kill of the process, and a change of the port. It does not force
 * every write to the disk: a power failure may lose the records of the last seconds.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private final BrokerSockets sockets;
    private final BrokerFaults faults;
    private final BrokerStorage stored;
    private final SharedServer shared;
    private final ControllerServer controller;
    private final BrokerServer broker;

    private EmbeddedBroker(
            EmbeddedBrokerSettings settings, BrokerSockets sockets, BrokerFaults faults) {
        this.sockets = sockets;
        this.faults = faults;
        var config = new KafkaConfig(BrokerProperties.of(settings, sockets), false);
        stored = BrokerStorage.open(config, settings.directory());
        shared =
                new SharedServer(
                        config,
                        stored.metaProperties(),
                        Time.SYSTEM,
                        metrics(stored.clusterId()),
                        CompletableFuture.completedFuture(
                                QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                        List.of(),
                        faults,
                        sockets);
        controller =
                new ControllerServer(shared, KafkaRaftServer.configSchema(), stored.bootstrap());
        broker = new BrokerServer(shared);
    }

    /**
     * Starts a broker and returns when it accepts clients.
     *
     * @throws BrokerStartException when the broker cannot start; the message is for the user
     */
    public static EmbeddedBroker start(EmbeddedBrokerSettings settings) {
        var sockets = BrokerSockets.open(settings.port());
        var faults = new BrokerFaults(settings.directory());
        try {
            var node = new EmbeddedBroker(settings, sockets, faults);
            node.startUp();
            return node;
        } catch (RuntimeException e) {
            sockets.close();
            faults.close();
            throw faults.toStartException(e);
        }
    }

    /** Returns the address for clients, as {@code host:port}. */
    public String bootstrapServers() {
        return BrokerProperties.HOST + ":" + sockets.clientPort();
    }

    /**
     * Returns the id of the cluster, which is chosen on first use of the folder and stored there.
     */
    public String clusterId() {
        return shared.clusterId();
    }

    /**
     * Returns a stage that completes when the broker fails, for example because the disk is full.
     * It never completes on a normal close.
     */
    public CompletionStage<BrokerFailure> failure() {
        return faults.failure();
    }

    /**
     * Returns true if the disk has room for more jobs, with 256 MiB left for the results of
     * accepted jobs. Can be called from any thread.
     */
    public boolean hasRoom() {
        return faults.hasRoom();
    }

    /** Stops the broker and releases its folder and port. */
    @Override
    public void close() {
        try (sockets;
                faults;
                stored) {
            broker.shutdown();
            controller.shutdown();
        }
    }

    // Kafka's Scala code throws checked exceptions that it does not declare.
    private void startUp() {
        try {
            controller.startup();
            var localController = new LocalController(controller.controller());
            localController.unregisterPreviousBroker();
            broker.startup();
            localController.createInternalTopics();
        } catch (Exception e) {
            close();
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw faults.toStartException(e);
        }
    }

    private static Metrics metrics(String clusterId) {
        // Kafka adds to this list, so it must be mutable.
        return new Metrics(
                new MetricConfig(),
                new ArrayList<>(),
                Time.SYSTEM,
                true,
                new KafkaMetricsContext("kafka.server", Map.of("kafka.cluster.id", clusterId)));
    }
}
