package dev.millrace.standalone.security;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.service.Health;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.sink.SinkListener;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.pipeline.Pipeline;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.PipelineSettings;
import dev.millrace.testclusters.secured.SecuredCluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A cluster with logins, a simulated provider, and one user for each service and for the commands.
 * Used by one thread.
 */
final class SecuredServices implements AutoCloseable {
    private final Path folder;
    private final String sections;
    private final SecuredCluster cluster;
    private final Simulator simulator;

    /**
     * Starts a cluster without services.
     *
     * @param sections sections of each service's configuration
     */
    SecuredServices(Path folder, String sections) {
        this.folder = folder;
        this.sections = sections;
        cluster = SecuredCluster.start(folder);
        simulator = Simulator.start(SimulatorSettings.DEFAULT, "127.0.0.1", 0);
    }

    SecuredCluster cluster() {
        return cluster;
    }

    Simulator simulator() {
        return simulator;
    }

    /** Returns a service that runs until it is closed. */
    record Running(Pipeline pipeline, DataDirectory data) implements AutoCloseable {
        Health health() {
            return pipeline.health().values().iterator().next();
        }

        @Override
        public void close() {
            pipeline.close();
            data.close();
        }
    }

    /** Starts a service, whose user has the name of the service. */
    Running start(PipelinePart part) throws IOException {
        var data = DataDirectory.open(folder.resolve(part.word()));
        return new Running(
                Pipeline.start(
                        new PipelineSettings(
                                config(part.word()),
                                data,
                                Set.of(part),
                                0,
                                new SimpleMeterRegistry(),
                                SinkListener.NONE,
                                false,
                                true)),
                data);
    }

    /** Returns the configuration of a user, as a service reads it. */
    MillraceConfig config(String user) throws IOException {
        return new ConfigLoader(Map.of()).load(file(user));
    }

    /** Writes the configuration of a user, with the login in a separate file. */
    Path file(String user) throws IOException {
        cluster.addUser(user, password(user));
        Path login = folder.resolve(user + ".jaas");
        Files.writeString(login, SecuredCluster.jaas(user, password(user)));
        // By default, Kafka Streams deletes what it has read of its repartition topics every 30 s;
        // a router that is closed earlier would never use its right to delete.
        var yaml = new StringBuilder("kafka:\n  repartition.purge.interval.ms: \"1\"\n");
        cluster.client(user, "")
                .forEach(
                        (key, value) ->
                                yaml.append("  ")
                                        .append(key)
                                        .append(": \"")
                                        .append(
                                                key.equals("sasl.jaas.config")
                                                        ? "${file:" + login + "}"
                                                        : value)
                                        .append("\"\n"));
        yaml.append("providers:\n  simulator: { wire: openai, base_url: \"")
                .append(simulator.baseUri())
                .append("\" }\n")
                .append(sections);
        return Files.writeString(folder.resolve(user + ".yaml"), yaml.toString());
    }

    static String password(String user) {
        return "password-of-" + user + "-7002";
    }

    @Override
    public void close() {
        simulator.close();
        cluster.close();
    }
}
