package dev.millrace.bench.torture;

import dev.millrace.bench.cluster.TopicReader;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.AccountSettings;
import dev.millrace.testclusters.PostgresServer;
import dev.millrace.testclusters.RestartableProcess;
import dev.millrace.testclusters.SmallDisk;
import dev.millrace.testclusters.secured.LinkedBrokers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All parts of the cluster.
 *
 * @param jdbcUrl of the database, without a link
 * @param disks that can get full, by folder
 */
record Cluster(
        Topics topics,
        LinkedBrokers brokers,
        Services services,
        PostgresServer postgres,
        String jdbcUrl,
        Simulator simulator,
        Map<Path, SmallDisk> disks) {
    /** Returns the processes that restart when they end by themselves. */
    List<RestartableProcess> processes() {
        return Stream.concat(services.processes().stream(), brokers.nodes().stream()).toList();
    }

    /** Makes the provider accept no other keys. */
    void acceptKeys(String... keys) {
        String settings = "{\"keys\":[\"%s\"]}".formatted(String.join("\",\"", keys));
        var account = AccountSettings.parse(settings, AccountSettings.DEFAULT);
        simulator.accounts().put("millrace", account);
    }

    /** Counts the running calls, also those whose clients have gone: they can still be billed. */
    long runningCalls() {
        return simulator.statistics().total().running();
    }

    /** Counts the records that the services have not finished, by group and topic. */
    Map<String, Long> openRecords() throws IOException, InterruptedException {
        return reader().open(
                        List.of(
                                topics.routerGroup(),
                                topics.workerGroup(),
                                topics.retrievalGroup()));
    }

    TopicReader reader() {
        return new TopicReader(brokers.servers());
    }
}
