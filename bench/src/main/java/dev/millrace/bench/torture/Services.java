package dev.millrace.bench.torture;

import static java.net.HttpURLConnection.HTTP_OK;

import dev.millrace.bench.measurement.WorkFolder;
import dev.millrace.bench.process.Launcher;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The services, started by the launcher, each in its own folder. Each reaches brokers, database,
 * provider and clients through its own links.
 */
final class Services implements AutoCloseable {
    static final int PARTITIONS = 3;

    /** Environment variable with the provider's key, which no log may have. */
    static final String API_KEY = "TORTURE_API_KEY";

    /** Commands by the names of their processes. */
    private static final Map<String, String> COMMANDS = commands();

    /** Commands of the processes that run only while the cluster is scaled out. */
    private static final Map<String, String> SPARES =
            Map.of("r3", "router", "w4", "worker", "s3", "sink", "g3", "gateway");

    /** Restarted processes compile all the time, so that cheap code is the faster one. */
    private static final String HEAP = "-Xmx256m -XX:TieredStopAtLevel=1";

    private final WorkFolder folder;
    private final Brokers brokers;
    private final Ports ports;
    private final String apiKey;
    private final @Nullable Plant plant;
    private final List<Link> links = new ArrayList<>();
    private final List<URI> gateways = new ArrayList<>();
    private final Map<String, URI> readiness = new HashMap<>();
    private final List<RestartableProcess> processes = new ArrayList<>();
    private final List<RestartableProcess> spares = new ArrayList<>();

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
        for (String name : COMMANDS.keySet()) {
            processes.add(process(name, COMMANDS.getOrDefault(name, name)));
        }
        for (var spare : new TreeMap<>(SPARES).entrySet()) {
            spares.add(process(spare.getKey(), spare.getValue()));
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

    /** Returns the names of all processes, including spares. */
    static List<String> names() {
        return Stream.concat(COMMANDS.keySet().stream(), SPARES.keySet().stream().sorted())
                .toList();
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
        String start = plant == null ? "" : plant.victims();
        return processes.stream().filter(it -> it.name().startsWith(start)).toList();
    }

    /** Returns the processes of a command. */
    List<RestartableProcess> of(String command) {
        return processes.stream().filter(it -> command.equals(COMMANDS.get(it.name()))).toList();
    }

    /** Returns the folder of the gateways' files. */
    static Path files(WorkFolder folder) {
        return folder.file("files").toAbsolutePath();
    }

    /** Returns all processes in the order of an update: sinks, workers, routers, gateways. */
    List<RestartableProcess> inUpdateOrder() {
        return processes.stream()
                .sorted(Comparator.comparingInt(it -> "swrg".indexOf(it.name().charAt(0))))
                .toList();
    }

    /** Returns the processes that do not run yet. */
    List<RestartableProcess> spares() {
        return spares;
    }

    /** Returns true if a service is ready. */
    boolean isReady(RestartableProcess process) throws InterruptedException {
        var request = HttpRequest.newBuilder(readiness.get(process.name())).build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.discarding()).statusCode() == HTTP_OK;
        } catch (IOException notReady) {
            return false;
        }
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
        topics: { partitions: %4$d, replication_factor: 3 }
        providers:
          chat: { wire: openai, base_url: "http://127.0.0.1:%2$d/v1", api_key: "${%3$s}" }
          messages: { wire: anthropic, base_url: "http://127.0.0.1:%2$d", api_key: "${%3$s}" }
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
                        .formatted(servers, provider, API_KEY, PARTITIONS)
                + LoadModel.configuration();
    }

    private RestartableProcess process(String name, String command) throws IOException {
        String metrics = "127.0.0.1:" + Brokers.freePort();
        readiness.put(name, URI.create("http://" + metrics + "/health/ready"));
        Path home = Files.createDirectories(folder.file(name));
        Files.writeString(home.resolve("millrace.yaml"), configuration(name));
        ProcessBuilder builder =
                Launcher.millrace(
                        List.of(command, "--config", "millrace.yaml", "--metrics", metrics));
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
                        .formatted(gateway, files(folder)));
        if (name.startsWith("g") && !SPARES.containsKey(name)) {
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

    void kill() {
        processes.forEach(RestartableProcess::kill);
        spares.forEach(RestartableProcess::kill);
    }

    @Override
    public void close() throws IOException {
        kill();
        for (Link link : links) {
            link.close();
        }
    }
}
