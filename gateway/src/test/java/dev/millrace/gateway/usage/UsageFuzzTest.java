package dev.millrace.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.store.fixture.TestDatabase;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Sends repeated texts in each parameter of the usage API, and as accepted codings. */
class UsageFuzzTest {
    /** Below the server's limit for the first line after encoding. */
    private static final int MAX_CHARS = 2_000;

    private static final List<String> PIECES =
            List.of(
                    "",
                    "a",
                    "1",
                    "0",
                    "-",
                    ":",
                    "T",
                    "Z",
                    ".",
                    ",",
                    ";",
                    "%",
                    "_",
                    "=",
                    "\"",
                    " ",
                    "true",
                    "model",
                    "day,",
                    "2026-11-20",
                    "gzip",
                    "q=0.",
                    "YQBi",
                    "*");

    private static RunningApi api;

    @BeforeContainer
    static void start() throws Exception {
        Path folder = Files.createTempDirectory("usage-fuzz");
        TestDatabase database = TestDatabase.sqlite(folder);
        new StoredBatches().job("default", "b", 1, "1").storeIn(database);
        api =
                RunningApi.withoutKeys(
                        database,
                        ConfigLoader.defaults().catalog().models(),
                        () -> RunningApi.STATE);
    }

    @AfterContainer
    static void stop() {
        api.close();
    }

    /** The stream of events has no end. */
    @Provide
    Arbitrary<ApiRoute> routes() {
        return Arbitraries.of(
                api.routes().stream()
                        .filter(it -> !it.isOperation() && !it.template().equals("events"))
                        .toList());
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> pieces = Arbitraries.of(PIECES);
        return Combinators.combine(
                        pieces,
                        pieces.list().ofMinSize(1).ofMaxSize(3).map(it -> String.join("", it)),
                        pieces,
                        Arbitraries.integers().between(1, MAX_CHARS))
                .as(
                        (before, text, after, length) ->
                                before + text.repeat(length / Math.max(1, text.length())) + after);
    }

    @Property
    void requestIsAnsweredOrRefused(
            @ForAll("routes") ApiRoute route,
            @ForAll("texts") String text,
            @ForAll("texts") String coding)
            throws Exception {
        String path = "/" + route.template().replaceAll("\\{[a-z_]+}", "b");
        for (String parameter : route.parameters()) {
            HttpResponse<byte[]> response =
                    api.get(
                            path + "?" + parameter + "=" + URLEncoder.encode(text, UTF_8),
                            "Accept-Encoding",
                            coding.strip());

            assertThat(response.statusCode())
                    .as("%s %s: %s", path, parameter, RunningApi.text(response))
                    .isLessThan(500);
        }
    }
}
