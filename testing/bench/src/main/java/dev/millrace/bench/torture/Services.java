package dev.millrace.bench.torture;

import dev.millrace.bench.measurement.WorkFolder;
import dev.millrace.bench.process.Launcher;
import dev.millrace.testclusters.FreePorts;
import dev.millrace.testclusters.Link;
import dev.millrace.testclusters.RestartableProcess;
import dev.millrace.testclusters.secured.LinkedBrokers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The services, started by the launcher, each in its own folder. Each reaches brokers, database,
 * provider and clients through its own links.
 */
final class Services implements AutoCloseable {
    /** Environment variable with the provider's key, which no log may have. */
    static final String API_KEY = "TORTURE_API_KEY";

    /** Commands by the first letter of the names of their processes. */
    private static final Map<Character, String> COMMANDS =
            Map.of('r', "router", 'w', "worker", 's', "sink", 'g', "gateway", 'd', "retrieval");

    private static final List<String> NAMES =
            List.of("r1", "r2", "w1", "w2", "w3", "s1", "s2", "g1", "g2", "d1", "d2");

    /** Processes that run only while the cluster is scaled out. */
    private static final List<String> SPARES = List.of("r3", "w4", "s3", "g3");

    private static final String CONFIGURATION = "millrace.yaml";
    private static final String READY = "{\"status\":\"UP\"";

    /** Restarted processes mostly run cold code, for which the simple compiler is faster. */
    private static final String HEAP = "-Xmx256m -XX:TieredStopAtLevel=1";

    private final WorkFolder folder;
    private final LinkedBrokers brokers;
    private final Ports ports;
    private String apiKey;
    private final @Nullable Plant plant;
    private final List<Link> links = new ArrayList<>();
    private final List<URI> gateways = new ArrayList<>();
    private final Map<String, URI> health = new HashMap<>();
    private final List<RestartableProcess> processes = new ArrayList<>();
    private final List<RestartableProcess> spares = new ArrayList<>();

    /**
     * Ports of the database and the provider.
     *
     * @param jdbcUrl of the database, with its port
     */
    record Ports(int database, String jdbcUrl, int provider) {}

    /**
     * Creates all services, which do not run yet.
     *
     * @param plant fault of all services; null for none
     */
    Services(
            WorkFolder folder,
            LinkedBrokers brokers,
            Ports ports,
            String apiKey,
            @Nullable Plant plant)
            throws IOException {
        this.folder = folder;
        this.brokers = brokers;
        this.ports = ports;
        this.apiKey = apiKey;
        this.plant = plant;
        for (String name : NAMES) {
            processes.add(process(name));
        }
        for (String name : SPARES) {
            spares.add(process(name));
        }
    }

    /** Returns the names of all processes, including spares. */
    static List<String> names() {
        return Stream.concat(NAMES.stream(), SPARES.stream()).toList();
    }

    List<RestartableProcess> processes() {
        return processes;
    }

    /** Returns the services that faults harm. */
    List<RestartableProcess> victims() {
        return of(plant == null ? "" : plant.victims());
    }

    /** Returns the processes whose names have a beginning, such as {@code r} for routers. */
    List<RestartableProcess> of(String beginning) {
        return processes.stream().filter(it -> it.name().startsWith(beginning)).toList();
    }

    /** Returns the folder of the gateways' files. */
    static Path files(WorkFolder folder) {
        return folder.file("files").toAbsolutePath();
    }

    /** Returns all processes in the order of an update, sinks and workers first. */
    List<RestartableProcess> inUpdateOrder() {
        return processes.stream()
                .sorted(Comparator.comparingInt(it -> "swdrg".indexOf(it.name().charAt(0))))
                .toList();
    }

    /** Returns the processes that run only while the cluster is scaled out. */
    List<RestartableProcess> spares() {
        return spares;
    }

    /** Returns the provider's key of the next starts. */
    String apiKey() {
        return apiKey;
    }

    /** Gives later starts another key of the provider, which begins with the old one. */
    String rotateKey() {
        apiKey += "x";
        Stream.concat(processes.stream(), spares.stream())
                .forEach(it -> it.builder().environment().put(API_KEY, apiKey));
        return apiKey;
    }

    /** Returns true if a service is ready. */
    boolean isReady(RestartableProcess process) throws InterruptedException {
        return healthOf(List.of(process)).startsWith(READY);
    }

    /** Returns the health of services that answer. */
    String healthOf(List<RestartableProcess> some) throws InterruptedException {
        var text = new StringBuilder();
        try (var http = HttpClient.newHttpClient()) {
            for (RestartableProcess process : some) {
                var request = HttpRequest.newBuilder(health.get(process.name())).build();
                text.append(http.send(request, BodyHandlers.ofString()).body());
            }
        } catch (IOException oneHasEnded) {
            text.append(oneHasEnded);
        }
        return text.toString();
    }

    /** Returns the links to the database and the provider, and of clients to the gateways. */
    List<Link> links() {
        return links;
    }

    /** Returns the base URLs of the gateways, through links. */
    List<URI> gateways() {
        return gateways;
    }

    /** Creates the topics as soon as all brokers run. */
    void createTopics() throws IOException, InterruptedException {
        ProcessBuilder apply =
                Launcher.millrace(List.of("topics", "apply", "--config", CONFIGURATION));
        apply.directory(folder.file(NAMES.getFirst()).toFile());
        apply.environment().put(API_KEY, apiKey);
        apply.redirectErrorStream(true).redirectOutput(folder.file("topics.log").toFile());
        if (!FaultInjector.await(() -> apply.start().waitFor() == 0)) {
            throw new IOException("the topics cannot be created: see topics.log");
        }
    }

    private RestartableProcess process(String name) throws IOException {
        String command = COMMANDS.getOrDefault(name.charAt(0), name);
        String metrics = "127.0.0.1:" + FreePorts.one();
        health.put(name, URI.create("http://" + metrics + "/health/ready"));
        Path home = Files.createDirectories(folder.file(name));
        Files.writeString(home.resolve(CONFIGURATION), configuration(name));
        ProcessBuilder builder =
                Launcher.millrace(
                        List.of(command, "--config", CONFIGURATION, "--metrics", metrics));
        builder.directory(home.toFile());
        builder.environment().put(API_KEY, apiKey);
        builder.environment()
                .put(
                        "MILLRACE_JAVA_OPTS",
                        plant == null ? HEAP : HEAP + " " + PlantAgent.option(plant));
        return new RestartableProcess(name, builder, folder.file(name + ".log"));
    }

    private String configuration(String name) throws IOException {
        int gateway = FreePorts.one();
        if (name.startsWith("g") && !SPARES.contains(name)) {
            gateways.add(URI.create("http://127.0.0.1:" + link("clients", name, gateway)));
        }
        String database = ":" + link(name, "database", ports.database) + "/";
        return """
        kafka: { bootstrap.servers: "%1$s" }
        topics: { partitions: 3, replication_factor: 3 }
        providers:
          chat: { wire: openai, base_url: "http://127.0.0.1:%2$d/v1", api_key: "${%3$s}" }
          messages: { wire: anthropic, base_url: "http://127.0.0.1:%2$d", api_key: "${%3$s}" }
        policies:
          default:
            rules:
              - split: [ { model: quick, weight: 90 }, { model: trial, weight: 10 } ]
                ramp: { arm: trial, steps: [10, 40], each: { good_results: 5, time: 5s } }
                guard: { arm: trial, p95_ratio: 3, over: 20 }
        tenants: { initech: { budget: { limit_usd: 1, period: hour, on_exhausted: reject } } }
        batches: { default: { budget: { on_exhausted: reject } } }
        router: { standby_replicas: 1 }
        worker: { instance: %4$s }
        sink: { jdbc_url: "%5$s" }
        gateway: { listen: "127.0.0.1:%6$d", files: { store: "file:%7$s" } }
        """
                        .formatted(
                                brokers.servers(name),
                                link(name, "provider", ports.provider),
                                API_KEY,
                                name,
                                ports.jdbcUrl.replace(":" + ports.database + "/", database),
                                gateway,
                                files(folder))
                + LoadModel.configuration();
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
        spares.forEach(RestartableProcess::kill);
        for (Link link : links) {
            link.close();
        }
    }
}
