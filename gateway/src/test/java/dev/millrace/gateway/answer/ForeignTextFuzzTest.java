package dev.millrace.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import com.sun.management.ThreadMXBean;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.job.ProviderHeader;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.money.Price;
import dev.millrace.gateway.file.DownloadSlots;
import dev.millrace.gateway.file.FileLimits;
import dev.millrace.gateway.file.FileRoutes;
import dev.millrace.gateway.file.UploadSlots;
import dev.millrace.gateway.file.UploadedFiles;
import dev.millrace.gateway.http.CorsRules;
import dev.millrace.gateway.http.RunningServer;
import dev.millrace.gateway.job.EndedJobs;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobSettings;
import dev.millrace.gateway.repeat.RepeatedRequests;
import dev.millrace.gateway.store.DiskFileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URLEncoder;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Sends long repeated texts in each header and parameter that the gateway reads. Each request is
 * answered, and a copy of the text for each of its characters would exceed the allowed memory. The
 * reads of patterns are bounded by a rule of their own, on the compiled classes.
 */
class ForeignTextFuzzTest {
    /** Below the server's default limit for all headers, 16 KiB. */
    private static final int HEADER_CHARS = 12_000;

    /** Below the server's default limit for the first line, 2 KiB, after encoding. */
    private static final int PARAMETER_CHARS = 500;

    private static final long MAX_ALLOCATED_BYTES = 16L << 20;

    /** Headers that tell where a body ends. */
    private static final Set<String> FRAME =
            Set.of("transfer-encoding", "content-length", "connection");

    private static final Pattern NAME =
            Pattern.compile("\"([A-Za-z]+(?:-[A-Za-z]+)+)\"|HeaderNames\\.([A-Z_]+)\\b");

    private static final List<String> REQUESTS =
            List.of(
                    "POST /v1/chat/completions",
                    "POST /v1/messages",
                    "OPTIONS /v1/chat/completions",
                    "GET /v1/models",
                    "GET /v1/files",
                    "POST /v1/files",
                    "DELETE /v1/nothing");

    private static final List<String> PIECES =
            List.of(
                    "",
                    "a",
                    "1",
                    "0",
                    ".",
                    ",",
                    ";",
                    ":",
                    "=",
                    "-",
                    "_",
                    "/",
                    "*",
                    "%",
                    "\\",
                    "\"",
                    "[",
                    "]",
                    "(",
                    "~",
                    " ",
                    "\t",
                    "\u00e9",
                    "q=",
                    "q=0.",
                    "gzip",
                    "gzip;q=0.1",
                    "json",
                    "application/json",
                    "multipart/form-data; boundary=",
                    "Bearer ",
                    "mr-",
                    "127.",
                    "localhost",
                    "http://",
                    "files-api-2025-04-14,",
                    "2023-06-01",
                    "resp_",
                    "file-");

    private static final List<String> PARAMETERS =
            List.of("after", "before", "after_id", "before_id", "limit", "order", "purpose", "x");

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static FileSystem memory;
    private static JobClient jobs;
    private static RunningServer server;

    @BeforeContainer
    static void start() throws IOException {
        memory = Jimfs.newFileSystem(Configuration.unix());
        var store = new DiskFileStore(memory.getPath("/files"));
        var files =
                new UploadedFiles(
                        store,
                        new FileLimits(1 << 20, 100, Duration.ofDays(1)),
                        InstantSource.system(),
                        new Random(1));
        var config =
                new ConfigLoader(Map.of())
                        .parse("test", "kafka: { bootstrap.servers: \"127.0.0.1:1\" }");
        jobs =
                JobClient.start(
                        new JobClient.Parts(
                                JobSettings.of(config, HeapShare.AMPLE),
                                EndedJobs.NONE,
                                JobClient.Routing.BY_ROUTER,
                                InstantSource.system(),
                                System::nanoTime,
                                new SplittableRandom()));
        Model model = Model.of("gpt-4.1", "p", Price.of("1", "1"));
        var routes =
                new ArrayList<>(
                        new AnswerRoutes(
                                        jobs,
                                        new ModelsInService(
                                                new ModelNames(
                                                        Catalog.of(List.of(model)),
                                                        Set.of("p"),
                                                        Map.of())),
                                        (_, call, _) -> jobs.submit(call).close(),
                                        new CallWaits(Duration.ofMinutes(1), Duration.ofSeconds(5)),
                                        _ -> List.of(),
                                        InstantSource.system())
                                .routes());
        routes.addAll(
                new FileRoutes(
                                files,
                                (_, _) -> Optional.empty(),
                                _ -> Set.of(),
                                UploadSlots.of(HeapShare.AMPLE, files.uploadBytes()),
                                new DownloadSlots(),
                                new RepeatedRequests(store, InstantSource.system()))
                        .routes());
        server = RunningServer.of(routes, new CorsRules(Set.of("http://a")));
        // The first requests load classes.
        for (String request : REQUESTS) {
            answer(request, "after=a", "Origin: http://a");
        }
    }

    @AfterContainer
    static void stop() throws IOException {
        server.close();
        jobs.close();
        memory.close();
    }

    /** Every name in the code that can be the name of a header. */
    @Provide
    Arbitrary<String> headers() throws IOException {
        var names = new TreeSet<>(List.of("origin", "sec-fetch-site", "host", "x-forwarded-for"));
        Stream.of(ProviderHeader.values()).map(ProviderHeader::text).forEach(names::add);
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            files.filter(it -> it.toString().endsWith(".java"))
                    .flatMap(it -> NAME.matcher(read(it)).results())
                    .map(it -> it.group(1) == null ? it.group(2).replace('_', '-') : it.group(1))
                    .map(it -> it.toLowerCase(Locale.ROOT))
                    .forEach(names::add);
        }
        names.removeAll(FRAME);
        return Arbitraries.of(List.copyOf(names));
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Arbitrary<String> texts(int chars) {
        Arbitrary<String> pieces = Arbitraries.of(PIECES);
        Arbitrary<String> repeated =
                pieces.list().ofMinSize(1).ofMaxSize(3).map(it -> String.join("", it));
        return Combinators.combine(
                        pieces, repeated, pieces, Arbitraries.integers().between(1, chars))
                .as(
                        (before, text, after, length) ->
                                before + text.repeat(length / Math.max(1, text.length())) + after);
    }

    @Provide
    Arbitrary<String> requests() {
        return Arbitraries.of(REQUESTS);
    }

    @Provide
    Arbitrary<String> values() {
        return texts(HEADER_CHARS);
    }

    @Provide
    Arbitrary<String> queries() {
        return Combinators.combine(Arbitraries.of(PARAMETERS), texts(PARAMETER_CHARS))
                .as((name, text) -> name + "=" + URLEncoder.encode(text, UTF_8));
    }

    @Property
    void headerIsAnsweredInMemoryThatDoesNotMultiplyWithItsLength(
            @ForAll("requests") String request,
            @ForAll("headers") String header,
            @ForAll("values") String value)
            throws IOException {
        long before = THREADS.getTotalThreadAllocatedBytes();

        String answer = answer(request, "", header + ": " + value);

        assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain("HTTP/1.1 500");
        assertThat(THREADS.getTotalThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED_BYTES);
    }

    @Property
    void parameterIsAnswered(@ForAll("requests") String request, @ForAll("queries") String query)
            throws IOException {
        String answer = answer(request, query, "Accept: application/json");

        assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain("HTTP/1.1 500");
    }

    private static String answer(String request, String query, String header) throws IOException {
        String body =
                request.endsWith("/files")
                        ? "--\r\n"
                        : "{\"model\":\"gpt-4.1\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        String usual =
                (header.startsWith("host:") ? "" : "Host: localhost\r\n")
                        + (header.startsWith("content-type:")
                                ? ""
                                : "Content-Type: application/json\r\n");
        return server.sendRaw(
                "%s?%s HTTP/1.1\r\n%sContent-Length: %d\r\nConnection: close\r\n%s\r\n\r\n%s"
                        .formatted(request, query, usual, body.length(), header, body));
    }
}
