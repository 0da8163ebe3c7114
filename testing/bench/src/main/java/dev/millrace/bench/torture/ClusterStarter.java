package dev.millrace.bench.torture;

import dev.millrace.bench.measurement.Setup;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.standalone.console.UserError;
import dev.millrace.testclusters.FakeClock;
import dev.millrace.testclusters.PostgresServer;
import dev.millrace.testclusters.RestartableProcess;
import dev.millrace.testclusters.SmallDisk;
import dev.millrace.testclusters.secured.LinkedBrokers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Starts all parts of the cluster, and stops them. */
final class ClusterStarter implements AutoCloseable {
    private static final int DISK_MEBIBYTES = 8 << 10;

    /** Folders that are disks, if disks get full. */
    private static final List<String> DISKS =
            List.of("router1", "router2", "broker0", "broker1", "broker2");

    private final Setup setup;
    private final TortureCommand options;
    private final Set<FaultKind> kinds;
    private final Deque<AutoCloseable> parts = new ConcurrentLinkedDeque<>();

    /**
     * Creates a starter, which also stops the cluster when a signal ends this process.
     *
     * @param kinds planned faults; what this machine cannot inflict is removed
     */
    ClusterStarter(Setup setup, TortureCommand options, Set<FaultKind> kinds) {
        this.setup = setup;
        this.options = options;
        this.kinds = kinds;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "close"));
    }

    private <T extends AutoCloseable> T closed(T part) {
        parts.add(part);
        return part;
    }

    /** Starts all parts, the services as soon as the topics exist. */
    Cluster start() throws IOException, InterruptedException, SQLException {
        Path data = Files.createTempDirectory("millrace-postgres");
        Map<Path, SmallDisk> disks = disks(data);
        Path binaries =
                PostgresServer.binaries()
                        .orElseThrow(() -> UserError.usage("PostgreSQL is not installed"));
        var postgres = PostgresServer.start(binaries, data);
        parts.add(postgres::close);
        String jdbcUrl = postgres.newDatabase();
        String yaml = LoadModel.simulator(options.seed, options.latency);
        var settings = SimulatorSettings.parse("torture", yaml);
        var simulator = closed(Simulator.start(settings, "127.0.0.1", 0));
        var brokers = closed(new LinkedBrokers(setup.folder().path(), Services.names()));
        var backends = new Services.Backends(brokers, postgres.port(), jdbcUrl, simulator.port());
        var services = closed(new Services(setup.folder(), backends, options.plant));
        prepare(services);
        services.createTopics();
        var topics = new Topics(TopicsConfig.CLUSTER.prefix());
        brokers.date(topics.results());
        brokers.date(topics.costs());
        var cluster = new Cluster(topics, brokers, services, postgres, jdbcUrl, simulator, disks);
        cluster.acceptKeys(services.apiKey());
        RestartableProcess.startAll(services.processes());
        return cluster;
    }

    /** Mounts the disks that can get full. */
    private Map<Path, SmallDisk> disks(Path database) throws IOException {
        var disks = new HashMap<Path, SmallDisk>();
        if (kinds.stream().noneMatch(FaultKind::isFullDisk)) {
            return disks;
        }
        var folders = new ArrayList<>(List.of(database, Services.files(setup.folder())));
        DISKS.forEach(it -> folders.add(setup.folder().file(it)));
        for (Path folder : folders) {
            Optional<SmallDisk> disk =
                    SmallDisk.tryMount(Files.createDirectories(folder), DISK_MEBIBYTES);
            if (disk.isEmpty()) {
                setup.say("no disk gets full, which needs root on Linux");
                kinds.removeIf(FaultKind::isFullDisk);
                return disks;
            }
            disks.put(folder, disk.get());
            boolean isKept = setup.folder().isKept() && !folder.equals(database);
            parts.add(isKept ? disk.get()::closeAndKeepFiles : disk.get());
        }
        return disks;
    }

    /** Chooses the build and the clock of each service. */
    private void prepare(Services services) throws IOException {
        if (FakeClock.library().isEmpty() && kinds.removeAll(FaultKind.OF_CLOCKS)) {
            setup.say("no clock is wrong: libfaketime is not installed");
        }
        for (RestartableProcess service : services.processes()) {
            if (options.from != null) {
                Path home = options.from.resolve("standalone/target/unchecked/millrace");
                service.builder().command().set(0, options.from.resolve("millrace").toString());
                service.builder().environment().put("MILLRACE_HOME", home.toString());
            }
            if (!Collections.disjoint(kinds, FaultKind.OF_CLOCKS)) {
                FakeClock.of(service, setup.folder().path()).install(service);
            }
        }
    }

    /** Stops what runs, the last started first. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            try {
                parts.removeLast().close();
            } catch (Exception e) {
                setup.say("cannot stop a part of the cluster: " + e);
            }
        }
    }
}
