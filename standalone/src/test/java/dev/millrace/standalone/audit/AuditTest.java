package dev.millrace.standalone.audit;

import static dev.millrace.standalone.audit.Logs.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceHours;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.money.WeeklyTime;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.UserError;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditTest {
    private static final Catalog CATALOG =
            Catalog.of(
                    Stream.concat(Articles.CATALOG.models().stream(), Stream.of(Logs.LONG))
                            .toList());

    record Request(String model, TokenUsage usage, BigDecimal spend) {
        String line() {
            return """
            {"model":"%s","spend":%s,"usage":{"input_tokens":%d,"cached_input_tokens":%d,\
            "output_tokens":%d}}\
            """
                    .formatted(
                            model,
                            spend.toPlainString(),
                            usage.inputTokens(),
                            usage.cachedInputTokens(),
                            usage.outputTokens());
        }
    }

    @Provide
    static Arbitrary<List<Request>> requests() {
        var tokens = Arbitraries.longs().between(0, 2_000_000);
        var spend = Arbitraries.bigDecimals().between(BigDecimal.ZERO, BigDecimal.TEN).ofScale(17);
        var names = CATALOG.models().stream().map(Model::name).toList();
        return Combinators.combine(Arbitraries.of(names), tokens, tokens, tokens, spend)
                .as(
                        (model, input, cached, output, usd) ->
                                new Request(
                                        model,
                                        new TokenUsage(
                                                input, Math.min(cached, input), 0, output, 0),
                                        usd))
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    @Property(tries = 200)
    void totalsEqualTheSumOverTheLinesInAnyOrder(
            @ForAll("requests") List<Request> requests, @ForAll long seed) {
        var shuffled = new ArrayList<>(requests);
        Collections.shuffle(shuffled, new Random(seed));

        AuditFigures figures =
                Logs.read(
                        Logs.audit(CATALOG, "{ cheapest: {} }"),
                        shuffled.stream().map(Request::line).toList());

        BigDecimal usd = BigDecimal.ZERO;
        BigDecimal spend = BigDecimal.ZERO;
        TokenUsage usage = TokenUsage.NONE;
        for (Request request : requests) {
            Model model = CATALOG.find(request.model()).orElseThrow();
            usd = usd.add(model.price().costOf(request.usage()));
            spend = spend.add(request.spend());
            usage = usage.plus(request.usage());
        }
        assertThat(figures.sum(ModelFigures::usd)).isEqualByComparingTo(usd);
        assertThat(figures.usage()).isEqualTo(usage);
        assertThat(figures.requests()).isEqualTo(requests.size());
        ModelFigures.Spend logged = figures.spend().orElseThrow();
        assertThat(logged.loggedUsd()).isEqualByComparingTo(spend);
        assertThat(logged.differenceUsd()).isEqualByComparingTo(usd.subtract(spend));
    }

    @Nested
    class Cost {
        @Test
        void isTokensTimesPrice() {
            AuditFigures figures = Logs.figures(List.of(line("gpt-4.1", 1_000_000, 500_000)));

            assertThat(figures.models().getFirst().usd()).isEqualByComparingTo("6.5");
        }

        @Test
        void usesTheRatesOfLongInputsForLongRequestsOnly() {
            AuditFigures figures =
                    Logs.read(
                            Logs.audit(Catalog.of(List.of(Logs.LONG)), "{ use: [long] }"),
                            List.of(line("long", 1_000, 0), line("long", 1_001, 0)));

            // 1,000 × 1 + 1,001 × 2
            assertThat(figures.sum(ModelFigures::usd)).isEqualByComparingTo("0.003002");
        }

        @Test
        void isThatOfTheServiceTier() {
            Price.LongContext above =
                    new Price.LongContext(1_000, usd("4"), usd("4"), usd("4"), usd("4"), usd("16"));
            Price price =
                    new Price(
                            usd("2"),
                            usd("2"),
                            usd("2"),
                            usd("2"),
                            usd("8"),
                            List.of(above),
                            Map.of("flex", Price.of("1", "4"), "priority", Price.of("3.5", "14")),
                            Map.of(),
                            Optional.empty());
            Audit audit =
                    Logs.audit(Catalog.of(List.of(Model.of("m", "p", price))), "{ use: [m] }");

            AuditFigures figures =
                    Logs.read(
                            audit,
                            List.of(
                                    tier("m", 500, "default"),
                                    tier("m", 500, "flex"),
                                    tier("m", 500, "flex"),
                                    tier("m", 2_000, "flex"),
                                    tier("m", 500, "scale")));

            // 500 × 2 + 1,000 × 1 + 2,000 × 4 (flex has no rates of long inputs) + 500 × 3.5
            assertThat(figures.sum(ModelFigures::usd)).isEqualByComparingTo("0.01175");
            assertThat(figures.unpriced())
                    .extracting(AuditFigures.UnpricedTier::tier)
                    .containsExactly("scale");
        }

        @ParameterizedTest
        @CsvSource({
            "'\"time\":\"2026-11-30T10:59:59Z\"', 2",
            "'\"time\":\"2026-11-30T11:00:00Z\"', 1",
            "'\"id\":\"without a time\"', 2",
            "'\"num_model_requests\":1,\"starting_at\":1796036400,\"ending_at\":1796040000', 1", // from 11:00 to 12:00
            "'\"requests\":1,\"date\":\"2026-11-30\"', 2",
        })
        void isThatOfTheHour(String time, BigDecimal usd) {
            Audit audit =
                    Logs.audit(
                            Catalog.of(List.of(Model.of("m", "p", byTheHour()))), "{ use: [m] }");

            AuditFigures figures =
                    Logs.read(
                            audit,
                            List.of(
                                    "{\"model\":\"m\",\"usage\":{\"input_tokens\":1000000},"
                                            + time
                                            + "}"));

            assertThat(figures.sum(ModelFigures::usd)).isEqualByComparingTo(usd);
        }

        @ParameterizedTest
        @CsvSource({"'', 1", "'\"price_period\":\"peak\",', 2"})
        void ofACostEventIsThatOfItsHour(String period, BigDecimal usd) {
            Audit audit =
                    Logs.audit(
                            Catalog.of(List.of(Model.of("m", "p", byTheHour()))), "{ use: [m] }");

            AuditFigures figures =
                    Logs.read(
                            audit,
                            List.of(
                                    """
                                    {"event_id":"a-1","final":false,"tenant":"t","batch":"b","job_id":"0123456789abcdef0123456789abcdef","model":"m",\
                                    "provider":"p","attempt":1,"kind":"billed","input_tokens":1000000,\
                                    "cached_input_tokens":0,"cache_write_tokens":0,"output_tokens":0,"reasoning_tokens":0,\
                                    %s"cost_usd":1,"saved_usd":0,"reserved_usd":0}"""
                                            .formatted(period)));

            assertThat(figures.sum(ModelFigures::usd)).isEqualByComparingTo(usd);
        }

        private static Price byTheHour() {
            return Price.of("1", "1")
                    .withHours(
                            new PriceHours(
                                    ZoneOffset.UTC,
                                    PriceHours.BookedAt.START,
                                    Set.of(),
                                    Map.of(
                                            "peak",
                                            new PriceHours.Period(
                                                    List.of(WeeklyTime.parse("10:00-11:00")),
                                                    Price.of("2", "2")))));
        }

        private static BigDecimal usd(String text) {
            return new BigDecimal(text);
        }

        private static String tier(String model, long input, String tier) {
            return "{\"model\":\"%s\",\"service_tier\":\"%s\",\"usage\":{\"input_tokens\":%d}}"
                    .formatted(model, tier, input);
        }

        @Test
        void ofTheLogIsComparedForTheRequestsThatHaveIt() {
            AuditFigures figures =
                    Logs.figures(
                            List.of(
                                    line("gpt-4.1", 1_000_000, 0),
                                    """
                                    {"model":"openai/gpt-4.1","spend":2.75,"prompt_tokens":1000000,"completion_tokens":0}\
                                    """));

            ModelFigures model = figures.models().getFirst();
            assertThat(model.usd()).isEqualByComparingTo("5");
            assertThat(model.names()).containsExactly("gpt-4.1", "openai/gpt-4.1");
            ModelFigures.Spend spend = model.spend().orElseThrow();
            assertThat(spend.requests()).isOne();
            assertThat(spend.differenceUsd()).isEqualByComparingTo("-0.25");
        }
    }

    @Nested
    class ACheaperModel {
        private static ModelFigures only(String... lines) {
            return Logs.figures(List.of(lines)).models().getFirst();
        }

        @Test
        void hasAllCapabilities() {
            ModelFigures figures = only(line("gpt-4.1", 1_000, 1_000));

            assertThat(figures.sameTier()).isEmpty();
            assertThat(figures.anyTier().orElseThrow().model().name())
                    .isEqualTo("gemini-2.5-flash");
        }

        @Test
        void mayHaveAHigherTierIfItIsCheaper() {
            ModelFigures figures = only(line("claude-opus-4", 1_000, 1_000));

            assertThat(figures.sameTier().orElseThrow().model().name()).isEqualTo("gpt-4.1");
            assertThat(figures.sameTierUsd()).isEqualByComparingTo("0.0105");
        }

        @Test
        void isLargeEnoughForTheLargestRequest() {
            ModelFigures figures = only(line("gpt-4.1", 10, 10), line("gpt-4.1", 1_047_000, 2_000));

            assertThat(figures.anyTier().orElseThrow().model().name()).isEqualTo("gemini-3.1-pro");
        }

        @Test
        void doesNotExistForEmbeddings() {
            ModelFigures figures = only(line("text-embedding-3-large", 1_000, 0));

            assertThat(figures.anyTier()).isEmpty();
            assertThat(figures.policy().mostUsd()).isEqualByComparingTo(figures.usd());
        }

        @Test
        void isNoneIfNoneIsCheaper() {
            assertThat(only(line("qwen-turbo", 1_000, 1_000)).anyTier()).isEmpty();
        }
    }

    @Nested
    class AnUnknownModel {
        @Test
        void isListedWithItsRequestsAndTokens() {
            AuditFigures figures =
                    Logs.figures(
                            List.of(
                                    line("in-house", 10, 1),
                                    line("in-house", 20, 2),
                                    line("gpt-4.1", 1, 1)));

            UnknownModel unknown = figures.unknown().getFirst();
            assertThat(unknown.name()).isEqualTo("in-house");
            assertThat(unknown.requests()).isEqualTo(2);
            assertThat(unknown.usage()).isEqualTo(TokenUsage.of(30, 3));
            assertThat(figures.requests()).isOne();
        }

        @Test
        void sharesOneSumBeyondTheBoundOfNames() {
            List<String> lines =
                    IntStream.range(0, LogTotals.MAX_NAMES + 50)
                            .mapToObj(i -> line("model" + i, 1, 1))
                            .toList();

            AuditFigures figures = Logs.figures(lines);

            assertThat(figures.unknown()).hasSize(LogTotals.MAX_NAMES + 1);
            assertThat(figures.unknown().getFirst().name()).isEqualTo(LogTotals.OTHER_NAMES);
            assertThat(figures.unknown().getFirst().requests()).isEqualTo(50);
        }
    }

    @Nested
    class AnUnreadableLine {
        @Test
        void isCountedAndTheFirstAreListed() {
            var lines = new ArrayList<>(List.of(line("gpt-4.1", 1, 1), ""));
            lines.addAll(Collections.nCopies(12, "{oops"));

            LogExtent extent = Logs.figures(lines).extent();

            assertThat(extent.lines()).isEqualTo(13);
            assertThat(extent.unreadable().count()).isEqualTo(12);
            assertThat(extent.unreadable().first()).hasSize(10);
            assertThat(extent.unreadable().first().getFirst().text())
                    .startsWith("log.jsonl:3 is not JSON: ");
        }

        @Test
        void endsTheAuditIfTheFileHasNoOther() {
            assertThatThrownBy(() -> Logs.figures(List.of("{}", "[]")))
                    .isInstanceOfSatisfying(
                            UserError.class,
                            error -> assertThat(error.exitCode()).isEqualTo(ExitCode.FAILURE))
                    .hasMessageStartingWith(
                            "log.jsonl has no readable line: log.jsonl:1 has no token counts");
        }

        @Test
        void isNotNeededToRefuseAnEmptyFile() {
            assertThatThrownBy(() -> Logs.figures(List.of()))
                    .isInstanceOf(UserError.class)
                    .hasMessage("log.jsonl is empty");
        }
    }

    @Nested
    class Projection {
        private static String at(String time) {
            return "{\"model\":\"gpt-4.1\",\"time\":\"%s\",\"usage\":{\"input_tokens\":1000000}}"
                    .formatted(time);
        }

        @Test
        void scalesTheCostFromTheTimeOfTheLog() {
            AuditFigures figures =
                    Logs.figures(List.of(at("2026-10-11T00:00:00Z"), at("2026-10-01T00:00:00Z")));

            assertThat(figures.projected(new BigDecimal("5"), 30))
                    .contains(new BigDecimal("15.00"));
            assertThat(figures.projected(new BigDecimal("5"), 365))
                    .contains(new BigDecimal("182.50"));
        }

        @Test
        void doesNotExistWithoutTwoTimes() {
            assertThat(Logs.figures(List.of(line("gpt-4.1", 1, 1))).projected(BigDecimal.ONE, 30))
                    .isEmpty();
            assertThat(
                            Logs.figures(List.of(at("2026-10-11T00:00:00Z")))
                                    .projected(BigDecimal.ONE, 30))
                    .isEmpty();
        }
    }
}
