package dev.millrace.bench.sink;

import dev.millrace.bench.database.DatabaseKind;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.bench.sink.ApiFigures.PathLatency;
import dev.millrace.bench.store.FinishedJobs;
import dev.millrace.bench.store.SinkApiProgram;
import dev.millrace.bench.store.StoreRow;
import dev.millrace.bench.store.StoreTrial;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A sink with its usage API in a process of its own, which stores a backlog and exports it. */
final class ApiTrial implements AutoCloseable {
    private static final Duration FIRST_RESULT_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int OK = 200;
    private static final int BYTES_PER_KIB = 1 << 10;
    private static final int PAGES_PER_SECOND = 2;

    private final DatabaseKind database;
    private final StoreTrial trial;
    private final FinishedJobs jobs;
    private final LongSupplier ticker;
    private final List<String> problems;
    private final ChildProcess child;
    private final HttpClient http = HttpClient.newHttpClient();

    /**
     * Starts the sink, which begins to store the backlog.
     *
     * @param problems receives wrong answers
     * @throws IOException when the process does not start
     */
    ApiTrial(
            DatabaseKind database,
            StoreTrial trial,
            WorkFolder folder,
            LongSupplier ticker,
            List<String> problems)
            throws IOException {
        this.database = database;
        this.trial = trial;
        this.jobs = trial.finishedJobs();
        this.ticker = ticker;
        this.problems = problems;
        child =
                ChildProcess.start(
                        folder,
                        "api-" + database.key(),
                        SinkApiProgram.class,
                        List.of("-Xmx" + SinkFigures.HEAP_MIB + "m"),
                        trial.arguments());
    }

    /**
     * Requests paths of the API, and the page of the dashboard, until the backlog is stored.
     *
     * @param perSecond most requests per second of each path
     * @throws IOException when the sink does not store the backlog
     */
    ApiFigures load(int perSecond) throws IOException, InterruptedException {
        String batch = "/batches/" + jobs.batch(0);
        awaitFirstResult(batch);
        var clients = new ArrayList<PacedClient>();
        for (String path : List.of(batch, "/usage", "/costs?by=model")) {
            clients.add(new PacedClient(http, path, List.of(address(path)), perSecond, ticker));
        }
        PageFiles page = PageFiles.load(http, URI.create(child.ready()).resolve("/"));
        String title =
                "page, %d files, %d KiB"
                        .formatted(page.addresses().size(), page.bytes() / BYTES_PER_KIB);
        clients.add(new PacedClient(http, title, page.addresses(), PAGES_PER_SECOND, ticker));
        List<Thread> threads =
                clients.stream().map(it -> Thread.ofPlatform().daemon().start(it)).toList();
        StoreRow store = awaitStored();
        clients.forEach(PacedClient::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        List<PathLatency> latencies = clients.stream().map(PacedClient::latency).toList();
        clients.forEach(it -> it.problem().ifPresent(this::addProblem));
        checkUsage();
        return new ApiFigures(database, store, latencies);
    }

    /**
     * Waits until the backlog is stored.
     *
     * @throws IOException when the sink stops before
     */
    StoreRow awaitStored() throws IOException {
        return StoreRow.parse(child.ask(SinkApiProgram.STORED));
    }

    private void awaitFirstResult(String path) throws IOException, InterruptedException {
        long begin = ticker.getAsLong();
        while (get(path).statusCode() != OK) {
            if (ticker.getAsLong() - begin > FIRST_RESULT_TIMEOUT.toNanos()) {
                throw new IOException("the sink stores nothing: " + child.lastLogLines());
            }
            Thread.sleep(POLL_INTERVAL);
        }
    }

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return http.send(request(path), BodyHandlers.ofByteArray());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(address(path)).build();
    }

    private URI address(String path) {
        return URI.create(child.ready() + path);
    }

    private void checkUsage() throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get("/usage");
        if (response.statusCode() != OK) {
            addProblem("/usage answered with status " + response.statusCode());
            return;
        }
        JsonNode usage = new JsonMapper().readTree(response.body());
        BigDecimal expected = jobs.costUsd(trial.jobs());
        if (usage.path("jobs").asLong() != trial.jobs()
                || usage.path("cost_usd").decimalValue().compareTo(expected) != 0) {
            addProblem(
                    "/usage has %s jobs for %s USD, but there are %d jobs for %s USD"
                            .formatted(
                                    usage.path("jobs"),
                                    usage.path("cost_usd"),
                                    trial.jobs(),
                                    expected.toPlainString()));
        }
    }

    private void addProblem(String problem) {
        problems.add("API, " + database.title() + ": " + problem);
    }

    /**
     * Exports the first batch, which must have all jobs.
     *
     * @throws IOException when the export fails
     */
    ExportFigures export() throws IOException, InterruptedException {
        long residentBefore = child.memory().residentMib();
        long begin = ticker.getAsLong();
        HttpResponse<InputStream> response =
                http.send(
                        request("/batches/" + jobs.batch(0) + "/results"),
                        BodyHandlers.ofInputStream());
        if (response.statusCode() != OK) {
            throw new IOException("the export answered with status " + response.statusCode());
        }
        long lines = 0;
        long bytes = 0;
        long liveHeapMib = 0;
        // All characters are ASCII, so that characters are bytes.
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.ISO_8859_1))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                checkLine(line, lines);
                lines++;
                bytes += line.length() + 1;
                if (lines == trial.jobs() / 2) {
                    child.requestLiveHeap();
                    liveHeapMib = child.liveHeapMib();
                }
            }
        }
        double seconds = (ticker.getAsLong() - begin) / NANOS_PER_SECOND;
        if (lines != trial.jobs()) {
            addProblem("the export has %d of %d lines".formatted(lines, trial.jobs()));
        }
        return new ExportFigures(
                database,
                lines,
                bytes,
                seconds,
                liveHeapMib,
                residentBefore,
                child.memory().residentMib());
    }

    private void checkLine(String line, long number) {
        String expected = "\"custom_id\":\"" + jobs.customId(number) + "\"";
        if (!line.contains(expected) && problems.size() < 10) {
            addProblem("line %d of the export lacks %s".formatted(number + 1, expected));
        }
    }

    @Override
    public void close() {
        http.close();
        child.close();
    }
}
