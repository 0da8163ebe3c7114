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
    private static final String API_KEY = "TORTURE_API_KEY";

    /** All keys of the provider begin with this one. */
    static final String FIRST_API_KEY = "sk-torture-firstsecret";

    /** Names of processes, which begin with their commands, in the order of an update. */
    private static final List<String> NAMES =
            List.of(
                    ("sink1 sink2 worker1 worker2 worker3 retrieval1 retrieval2 router1 router2"
                                    + " gateway1 gateway2")
                            .split(" "));

    /** Processes that run only while the cluster is scaled out. */
    private static final List<String> SPARES = List.of("router3", "worker4", "sink3", "gateway3");

    private static final String PROVIDER = "provider";
    private static final String CONFIGURATION = "millrace.yaml";
    private static final String READY = "{\"status\":\"UP\"";

    /** Restarted processes mostly run cold code, for which the simple compiler is faster. */
    private static final String HEAP = "-Xmx256m -XX:TieredStopAtLevel=1";

    private final WorkFolder folder;
    private final Backends backends;
    private final @Nullable Plant plant;
    private String apiKey = FIRST_API_KEY;
    private final List<Link> links = new ArrayList<>();
    private final List<URI> gateways = new ArrayList<>();
    private final Map<String, URI> health = new HashMap<>();
    private final List<RestartableProcess> processes = new ArrayList<>();
    private final List<RestartableProcess> spares = new ArrayList<>();

    /**
     * What the services use.
     *
     * @param database its port
     * @param jdbcUrl of the database, with its port
     * @param provider its port
     */
    record Backends(LinkedBrokers brokers, int database, String jdbcUrl, int provider) {}

    /**
     * Creates all services, which do not run yet.
     *
     * @param plant fault of all services; null for none
     */
    Services(WorkFolder folder, Backends backends, @Nullable Plant plant) throws IOException {
        this.folder = folder;
        this.backends = backends;
        this.plant = plant;
        for (String name : names()) {
            (SPARES.contains(name) ? spares : processes).add(process(name));
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

    /** Returns the processes of a command; all for an empty one. */
    List<RestartableProcess> of(String command) {
        return processes.stream().filter(it -> it.name().startsWith(command)).toList();
    }

    /** Returns the folder of the gateways' files. */
    static Path files(WorkFolder folder) {
        return folder.file("files").toAbsolutePath();
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

    /** Returns the number of connections that links accepted and the provider refused. */
    long refusedByProvider() {
        return links.stream()
                .filter(it -> it.name().endsWith(PROVIDER))
                .mapToLong(Link::refused)
                .sum();
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
        String command = name.replaceAll("\\d", "");
        String metrics = "127.0.0.1:" + FreePorts.one();
        health.put(name, URI.create("http://" + metrics + "/health/ready"));
        Path home = Files.createDirectories(folder.file(name));
        Files.writeString(home.resolve(CONFIGURATION), configuration(name));
        ProcessBuilder builder =
                Launcher.millrace(
                        List.of(command, "--config", CONFIGURATION, "--metrics", metrics));
        builder.directory(home.toFile()).environment().put(API_KEY, apiKey);
        String options = plant == null ? HEAP : HEAP + " " + PlantAgent.option(plant);
        builder.environment().put("MILLRACE_JAVA_OPTS", options);
        return new RestartableProcess(name, builder, folder.file(name + ".log"));
    }

    private String configuration(String name) throws IOException {
        int gateway = FreePorts.one();
        if (name.startsWith("gateway") && !SPARES.contains(name)) {
            gateways.add(URI.create("http://127.0.0.1:" + link("clients", name, gateway)));
        }
        String database = ":" + link(name, "database", backends.database) + "/";
        String jdbcUrl = backends.jdbcUrl.replace(":" + backends.database + "/", database);
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
                                backends.brokers.servers(name),
                                link(name, PROVIDER, backends.provider),
                                API_KEY,
                                name,
                                jdbcUrl,
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
