package dev.millrace.worker.fallback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Group;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FallbackModelsTest {
    private static final Map<String, Model> CATALOG =
            new ConfigLoader(Map.of())
                            .parse(
                                    "test",
                                    """
                            providers: { p: { wire: openai, base_url: "http://localhost" } }
                            models:
                              small: { provider: p, context_window: 8000, price: { input: 1, output: 2 } }
                              other-small: { provider: p, context_window: 8000, price: { input: 1, output: 2 } }
                              large: { provider: p, context_window: 9000, default_max_tokens: 77, price: { input: 1, output: 2 } }
                              unbounded: { provider: p, price: { input: 1, output: 2 } }
                            """)
                            .catalog()
                            .models()
                            .stream()
                            .collect(Collectors.toMap(Model::name, Function.identity()));

    private final FallbackModels models =
            new FallbackModels(
                    Set.of("small", "other-small", "large", "unbounded").stream()
                            .collect(
                                    Collectors.toMap(
                                            Function.identity(), FallbackModelsTest::model)));

    private static Model catalog(String name) {
        return Objects.requireNonNull(CATALOG.get(name));
    }

    private static FallbackModel model(String name) {
        return new FallbackModel(catalog(name), Endpoints.known().all(), List.of());
    }

    private static JobHeaders job(int position, String... chain) {
        return new JobHeaders(
                new JobHeaders.Identity(JobId.of("t", "b", "a"), "t", "b", null),
                new JobHeaders.Submission(Priority.NORMAL, null, Instant.EPOCH),
                new JobHeaders.Route("default", List.of(chain), position, null, null));
    }

    private static Fallback left(JobHeaders job) {
        return new Fallback(job.model(), "timeout");
    }

    private Optional<NextModel> after(JobHeaders job, ErrorCode reason, String... missing) {
        var current = catalog(job.model());
        return models.after(
                job, current, reason, Instant.EPOCH, it -> !List.of(missing).contains(it));
    }

    private static RequestLine line(String options) {
        return ((ParseResult.Accepted)
                        RequestParser.parse(
                                ("{\"custom_id\":\"a\",\"url\":\"/v1/chat/completions\",\"body\":"
                                                + "{\"model\":\"small\",\"messages\":[]}"
                                                + options
                                                + "}")
                                        .getBytes(UTF_8)))
                .line();
    }

    @Group
    @Nested
    class TheNextModel {
        @Test
        void nextModelFollowsInTheChain() {
            assertThat(after(job(0, "small", "large", "unbounded"), ErrorCode.TIMEOUT))
                    .contains(new NextModel(1, model("large"), List.of()));
        }

        @Test
        void lastModelHasNone() {
            assertThat(after(job(1, "small", "large"), ErrorCode.TIMEOUT)).isEmpty();
        }

        @Test
        void modelOutOfServiceIsSkipped() {
            assertThat(after(job(0, "small", "gone", "large"), ErrorCode.TIMEOUT))
                    .contains(
                            new NextModel(
                                    2,
                                    model("large"),
                                    List.of(new Fallback("gone", "unknown_model"))));
        }

        @Test
        void modelWithoutTopicIsSkipped() {
            var next = after(job(0, "small", "large", "unbounded"), ErrorCode.TIMEOUT, "large");

            assertThat(next.map(NextModel::name)).contains("unbounded");
        }

        @Test
        void noModelIsUsedTwice() {
            assertThat(after(job(1, "small", "large", "small"), ErrorCode.TIMEOUT)).isEmpty();
        }

        @Property
        void wayThroughAnyChainVisitsEachModelAtMostOnce(
                @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 3) Integer> chain) {
            var names = List.of("small", "other-small", "large", "unbounded");
            var job = job(0, chain.stream().map(names::get).toArray(String[]::new));
            var visited = new ArrayList<>(List.of(job.model()));
            for (var next = after(job, ErrorCode.TIMEOUT);
                    next.isPresent();
                    next = after(job, ErrorCode.TIMEOUT)) {
                job = next.get().headers(job, line(""), left(job), 1, BigDecimal.ONE);
                visited.add(job.model());
            }

            assertThat(visited)
                    .doesNotHaveDuplicates()
                    .containsExactlyElementsOf(chain.stream().map(names::get).distinct().toList());
        }
    }

    @Nested
    class AJobThatIsTooLong {
        @Test
        void longJobGoesToALargerWindow() {
            var next =
                    after(
                            job(0, "small", "other-small", "large"),
                            ErrorCode.CONTEXT_LENGTH_EXCEEDED);

            assertThat(next)
                    .contains(
                            new NextModel(
                                    2,
                                    model("large"),
                                    List.of(
                                            new Fallback(
                                                    "other-small", "context_length_exceeded"))));
        }

        @Test
        void unknownWindowMayBeLarger() {
            var next = after(job(0, "large", "unbounded"), ErrorCode.CONTEXT_LENGTH_EXCEEDED);

            assertThat(next.map(NextModel::name)).contains("unbounded");
        }
    }

    @Nested
    class TheHeadersAtTheNextModel {
        @Test
        void headersTellTheWayAndTheTotals() {
            var job = job(0, "small", "gone", "large");
            var next = after(job, ErrorCode.TIMEOUT).orElseThrow();

            var headers = next.headers(job, line(""), left(job), 6, new BigDecimal("0.25"));

            assertThat(headers)
                    .isEqualTo(
                            job.atModel(
                                    2,
                                    6,
                                    new BigDecimal("0.25"),
                                    List.of(
                                            new Fallback("small", "timeout"),
                                            new Fallback("gone", "unknown_model")),
                                    null));
        }

        @Test
        void outputLimitIsChosenForTheNextModel() {
            var job = job(0, "small", "large");
            var next = after(job, ErrorCode.TIMEOUT).orElseThrow();

            var headers =
                    next.headers(
                            job,
                            line(",\"millrace\":{\"max_cost_usd\":1}"),
                            left(job),
                            6,
                            BigDecimal.ZERO);

            assertThat(headers.maxOutputTokens()).isEqualTo(77);
        }
    }
}
