package dev.millrace.bench.torture;

import dev.millrace.bench.measurement.WorkFolder;
import dev.millrace.bench.process.Launcher;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The services, started by the launcher, each in its own folder. Each reaches brokers, database,
 * provider and clients through its own links.
 */
final class Services implements AutoCloseable {
    /** Environment variable with the provider's key, which no log may have. */
    static final String API_KEY = "TORTURE_API_KEY";

    /** Commands by the names of their processes. */
    private static final Map<String, String> COMMANDS = commands();

    private static final String HEAP = "-Xmx256m";

    private final WorkFolder folder;
    private final Brokers brokers;
    private final Ports ports;
    private final String apiKey;
    private final @Nullable Plant plant;
    private final List<Link> links = new ArrayList<>();
    private final List<URI> gateways = new ArrayList<>();
    private final List<RestartableProcess> processes = new ArrayList<>();

    /** Ports of the database and the provider. */
    record Ports(int database, int provider) {}

    /**
     * Creates all services; {@link #start} starts them.
     *
     * @param plant fault of all services; null for none
     */
    Services(WorkFolder folder, Brokers brokers, Ports ports, String apiKey, @Nullable Plant plant)
            throws IOException {
        this.folder = folder;
        this.brokers = brokers;
        this.ports = ports;
        this.apiKey = apiKey;
        this.plant = plant;
        for (String name : names()) {
            processes.add(process(name));
        }
    }

    private static Map<String, String> commands() {
        var commands = new LinkedHashMap<String, String>();
        List.of("r1", "r2").forEach(it -> commands.put(it, "router"));
        List.of("w1", "w2", "w3").forEach(it -> commands.put(it, "worker"));
        List.of("s1", "s2").forEach(it -> commands.put(it, "sink"));
        List.of("g1", "g2").forEach(it -> commands.put(it, "gateway"));
        return commands;
    }

    static List<String> names() {
        return List.copyOf(COMMANDS.keySet());
    }

    void start() throws IOException {
        for (RestartableProcess process : processes) {
            process.start();
        }
    }

    List<RestartableProcess> processes() {
        return processes;
    }

    /** Returns the services that faults harm. */
    List<RestartableProcess> victims() {
        String start = plant == null ? "" : plant.proof().victims();
        return processes.stream().filter(it -> it.name().startsWith(start)).toList();
    }

    /** Returns the links to the database and the provider, and of clients to the gateways. */
    List<Link> links() {
        return links;
    }

    /** Returns the base URLs of the gateways, through links. */
    List<URI> gateways() {
        return gateways;
    }

    /** Returns a configuration without links, for the topics. */
    static String configuration(String servers, int provider) {
        return """
        kafka: { bootstrap.servers: "%1$s" }
        topics: { partitions: 3, replication_factor: 3 }
        providers:
          openai: { wire: openai, base_url: "http://127.0.0.1:%2$d/v1", api_key: "${%3$s}" }
          anthropic: { wire: anthropic, base_url: "http://127.0.0.1:%2$d", api_key: "${%3$s}" }
        policies:
          default:
            rules:
              - split: [ { model: quick, weight: 90 }, { model: trial, weight: 10 } ]
                ramp: { arm: trial, steps: [10, 40], each: { good_results: 5, time: 5s } }
                guard: { arm: trial, p95_ratio: 3, over: 20 }
        tenants: { initech: { budget: { limit_usd: 0.005, period: hour, on_exhausted: reject } } }
        batches: { default: { budget: { on_exhausted: reject } } }
        router: { standby_replicas: 1 }
        """
                        .formatted(servers, provider, API_KEY)
                + LoadModel.configuration();
    }

    private RestartableProcess process(String name) throws IOException {
        Path home = Files.createDirectories(folder.file(name));
        Files.writeString(home.resolve("millrace.yaml"), configuration(name));
        ProcessBuilder builder =
                Launcher.millrace(
                        List.of(
                                COMMANDS.getOrDefault(name, name),
                                "--config",
                                "millrace.yaml",
                                "--metrics",
                                "127.0.0.1:0"));
        builder.directory(home.toFile());
        builder.environment().put(API_KEY, apiKey);
        builder.environment()
                .put(
                        "MILLRACE_JAVA_OPTS",
                        plant == null ? HEAP : HEAP + " " + PlantAgent.option(plant));
        return new RestartableProcess(name, builder, folder.file(name + ".log"));
    }

    private String configuration(String name) throws IOException {
        int gateway = Brokers.freePort();
        var text =
                new StringBuilder(
                        configuration(
                                brokers.servers(name), link(name, "provider", ports.provider)));
        text.append("worker: { instance: %s }\n".formatted(name));
        text.append(
                "sink: { jdbc_url: \"%s\" }\n"
                        .formatted(PostgresProcess.url(link(name, "database", ports.database))));
        text.append(
                "gateway: { listen: \"127.0.0.1:%d\", files: { store: \"file:%s\" } }\n"
                        .formatted(gateway, folder.file("files").toAbsolutePath()));
        if (name.startsWith("g")) {
            gateways.add(URI.create("http://127.0.0.1:" + link("clients", name, gateway)));
        }
        return text.toString();
    }

    /** Returns the port of a new link. */
    private int link(String client, String server, int port) throws IOException {
        var link = new Link(client + "-" + server, port);
        links.add(link);
        return link.port();
    }

    @Override
    public void close() throws IOException {
        processes.forEach(RestartableProcess::kill);
        for (Link link : links) {
            link.close();
        }
    }
}
