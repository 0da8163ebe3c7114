package dev.millrace.standalone.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.results.StoredCost;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.forecast.AdmissionOption;
import dev.millrace.standalone.forecast.EarlierResults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DryRunTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final MillraceConfig SIMULATED =
            new ConfigLoader(Map.of())
                    .parse(
                            "test",
                            """
                                    providers: { p: { wire: openai, base_url: "https://h/v1" } }
                                    models:
                                      unlimited: { provider: p, price: { input: 0.05, output: 0.35 } }
                                      limited: { provider: p, price: { input: 1, output: 1 }, limits: { requests_per_minute: 1 } }
                                      bursting: { provider: p, price: { input: 1, output: 1 }, limits: { requests_per_minute: 6, burst: 6 } }
                                      nights:
                                        provider: p
                                        price:
                                          input: 1
                                          output: 1
                                          hours:
                                            zone: UTC
                                            periods: { day: { times: ["06:00-22:00"], input: 2, output: 2 } }
                                    """)
                    .withSimulator();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<StoredCost> earlier = new ArrayList<>();
    private SubmissionHeaders.Defaults defaults = SubmissionHeaders.Defaults.NONE;

    @TempDir private Path folder;

    private static String chat(String id, String more) {
        return "{\"custom_id\":\"%s\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"qwen-turbo\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]%s}}"
                .formatted(id, more);
    }

    /** A job at a model whose largest output is unknown. */
    private static String unlimited(String id) {
        return chat(id, "").replace("qwen-turbo", "unlimited");
    }

    private Path file(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, String.join("\n", lines));
    }

    private boolean dryRun(boolean json, long limit, Path... files) throws IOException {
        return dryRun(SIMULATED, json, limit, files);
    }

    private boolean dryRun(MillraceConfig config, boolean json, long limit, Path... files)
            throws IOException {
        var terminal = new Terminal(new PrintStream(out, true, UTF_8), System.err, false);
        return new DryRun(settings(config, limit, files), config, terminal, NOW, this::costs, json)
                .print();
    }

    private List<StoredCost> costs(Collection<JobId> jobs) {
        return earlier.stream().filter(it -> jobs.contains(it.jobId())).toList();
    }

    private RunSettings settings(MillraceConfig config, long limit, Path... files) {
        return new RunSettings(
                Stream.of(files).map(InputFile::of).toList(),
                folder.resolve("out.jsonl"),
                limit,
                false,
                config.topics().maxRequestBytes(),
                "millrace.requests",
                null,
                new RunSettings.Spending(null, defaults),
                new Reuse.Undecided());
    }

    private List<String> problems(Path... files) throws IOException {
        dryRun(false, Long.MAX_VALUE, files);
        return out.toString(UTF_8).lines().takeWhile(line -> !line.isEmpty()).toList();
    }

    private JsonNode summary(long limit, Path... files) throws IOException {
        dryRun(true, limit, files);
        return JsonMapper.shared().readTree(out.toString(UTF_8));
    }

    /** Now it is 12:00; calls cost half from 22:00 on. */
    @Nested
    class Deadlines {
        private JsonNode model(String name, Instant deadline) throws IOException {
            defaults = new SubmissionHeaders.Defaults(Buy.LOWEST, deadline);
            return summary(
                    Long.MAX_VALUE, file("a.jsonl", chat("1", "").replace("qwen-turbo", name)));
        }

        @Test
        void jobThatWaitsHasThePriceOfItsHour() throws IOException {
            JsonNode waits = model("nights", NOW.plusSeconds(12 * 3_600));
            out.reset();
            JsonNode starts = model("nights", NOW.plusSeconds(9 * 3_600));

            BigDecimal usd = waits.at("/cost_usd").decimalValue();
            assertThat(starts.at("/cost_usd").decimalValue())
                    .isEqualByComparingTo(usd.multiply(BigDecimal.TWO));
            assertThat(starts.at("/by_model/0").has("waits")).isFalse();
            JsonNode wait = waits.at("/by_model/0/waits");
            assertThat(wait.path("jobs").asInt()).isEqualTo(1);
            assertThat(wait.path("until").stringValue()).isEqualTo("2026-11-20T22:00:00Z");
            assertThat(wait.path("saved_usd").decimalValue()).isEqualByComparingTo(usd);
            assertThat(waits.path("expected_end").stringValue()).isEqualTo("2026-11-20T22:00:00Z");
        }

        @Test
        void tableSaysWhatWaitingSaves() throws IOException {
            defaults = new SubmissionHeaders.Defaults(Buy.LOWEST, NOW.plusSeconds(12 * 3_600));
            dryRun(
                    false,
                    Long.MAX_VALUE,
                    file("a.jsonl", chat("1", "").replace("qwen-turbo", "nights")));

            assertThat(out.toString(UTF_8))
                    .contains(
                            "; 1 job waits until 2026-11-20T22:00:00Z for a lower price, which saves")
                    .contains("expected end: 2026-11-20T22:00:00Z or later");
        }

        private Optional<String> problem(int minutes, int jobs) throws IOException {
            return problem("limited", minutes, jobs);
        }

        private Optional<String> problem(String model, int minutes, int jobs) throws IOException {
            defaults = new SubmissionHeaders.Defaults(null, NOW.plusSeconds(minutes * 60L));
            Path file =
                    file(
                            "a.jsonl",
                            IntStream.range(0, jobs)
                                    .mapToObj(
                                            it ->
                                                    chat("job-" + it, "")
                                                            .replace("qwen-turbo", model))
                                    .toArray(String[]::new));
            RunSettings settings = settings(SIMULATED, Long.MAX_VALUE, file);
            return AdmissionOption.problem(
                    NOW.plusSeconds(minutes * 60L),
                    NOW,
                    new EarlierResults(this::costs),
                    report -> DryRun.read(settings, SIMULATED, NOW, report));
        }

        private List<StoredCost> costs(Collection<JobId> jobs) {
            return DryRunTest.this.costs(jobs);
        }

        @Test
        void deadlineThatLimitsAllowIsAdmitted() throws IOException {
            assertThat(problem(10, 11)).isEmpty();
        }

        @Test
        void firstJobsThatStartAtOnceAreAdmitted() throws IOException {
            assertThat(problem("limited", 1, 2)).isEmpty();
            assertThat(problem("bursting", 1, 12)).isEmpty();
            assertThat(problem("bursting", 1, 13)).isPresent();
        }

        @Test
        void deadlineThatLimitsDoNotAllowIsRefusedWithTheEarliest() throws IOException {
            assertThat(problem(10, 12))
                    .contains(
                            "the jobs cannot end by 2026-11-20T12:10:00Z: the limits of their models"
                                    + " allow 2026-11-20T12:11:01Z at the earliest");
        }
    }

    @Nested
    class Problems {
        @Test
        void ofALineArePrintedWithoutACode() throws IOException {
            assertThat(problems(file("a.jsonl", chat("1", ""), "[]", chat("1", ""))))
                    .containsExactly(
                            "a.jsonl:2 is an array, expected a JSON object",
                            "a.jsonl:3 repeats the custom_id 1 of an earlier line");
        }

        @Test
        void foundByTheRouterArePrintedWithItsCode() throws IOException {
            String elsewhere = chat("1", "").replace("/v1/chat/completions", "/v1/messages");
            String unknown = chat("2", "").replace("qwen-turbo", "qwen-turbot");

            assertThat(problems(file("a.jsonl", elsewhere, unknown)))
                    .allSatisfy(it -> assertThat(it).matches("a\\.jsonl:[12] [a-z_]+: .+"));
        }

        @Test
        void excludeRepeatsAcrossFilesOfEqualName() throws IOException {
            Path one = file("one/a.jsonl", chat("1", ""));
            Path two = file("two/a.jsonl", chat("1", ""));

            assertThat(dryRun(false, Long.MAX_VALUE, one, two)).isTrue();
        }
    }

    @Nested
    class ProvidersThatAreOff {
        private static final MillraceConfig ONE_KEY =
                new ConfigLoader(Map.of("KEY", "sk-0123456789abcdef01"))
                        .parse(
                                "test",
                                """
                                providers:
                                  openai: { wire: openai, base_url: "https://h/v1", api_key: "${KEY}" }
                                  alibaba: { wire: openai, base_url: "https://h/v1", api_key: "${OTHER_KEY}" }
                                """)
                        .withUncallableProvidersOff();
        private static final String OFF =
                "off: alibaba (environment variable OTHER_KEY is not set)";

        @Test
        void areNamedInOneLineWithTheModelsOfAuto() throws IOException {
            String auto = chat("1", "").replace("qwen-turbo", "auto");

            assertThat(dryRun(ONE_KEY, false, Long.MAX_VALUE, file("a.jsonl", auto))).isTrue();
            assertThat(out.toString(UTF_8).lines())
                    .contains("  auto uses gpt-5-nano for 1 job; " + OFF);
        }

        @Test
        void refuseTheirJobsWithTheMissingKey() throws IOException {
            assertThat(dryRun(ONE_KEY, false, Long.MAX_VALUE, file("a.jsonl", chat("1", ""))))
                    .isFalse();
            assertThat(out.toString(UTF_8).lines())
                    .contains(
                            "a.jsonl:1 unknown_model: the model qwen-turbo is not in service: its"
                                    + " provider alibaba is off: environment variable OTHER_KEY is"
                                    + " not set",
                            "  " + OFF);
        }
    }

    @Nested
    class Cost {
        @Test
        void isGivenAsExpectedAndWorstCase() throws IOException {
            JsonNode bounded =
                    summary(Long.MAX_VALUE, file("a.jsonl", chat("1", ",\"max_tokens\":100")));

            assertThat(bounded.get("unbounded_jobs").asInt()).isZero();
            assertThat(bounded.get("output_tokens").asInt()).isEqualTo(100);
            assertThat(bounded.get("worst_case_cost_usd").decimalValue())
                    .isGreaterThan(bounded.get("cost_usd").decimalValue());
            JsonNode model = bounded.get("by_model").get(0);
            assertThat(model.get("model").asString()).isEqualTo("qwen-turbo");
            assertThat(model.get("jobs").asInt()).isOne();
        }

        /** The input alone would cost far less. */
        @Test
        void ofAnUnlimitedJobIncludesTheExpectedOutput() throws IOException {
            JsonNode summary = summary(Long.MAX_VALUE, file("a.jsonl", unlimited("1")));

            assertThat(summary.get("output_tokens").asInt()).isEqualTo(150);
            assertThat(summary.get("cost_usd").decimalValue())
                    .isGreaterThan(new BigDecimal("0.00001"));
            assertThat(summary.get("unbounded_jobs").asInt()).isOne();
            assertThat(summary.get("worst_case_cost_usd").decimalValue()).isZero();
        }

        @Test
        void ofAnUnlimitedJobIsBoundedByTheModelsLargestOutput() throws IOException {
            String line = chat("1", "").replace("qwen-turbo", "gpt-4.1");

            JsonNode summary = summary(Long.MAX_VALUE, file("a.jsonl", line));

            assertThat(summary.get("unbounded_jobs").asInt()).isZero();
            assertThat(summary.get("worst_case_cost_usd").decimalValue())
                    .isGreaterThan(new BigDecimal("0.26"));
        }

        @Test
        void isPrintedForPeople() throws IOException {
            dryRun(
                    false,
                    Long.MAX_VALUE,
                    file("a.jsonl", unlimited("1"), chat("2", ",\"max_tokens\":100")));

            assertThat(out.toString(UTF_8))
                    .contains("USD expected", "USD worst case", "no bound")
                    .contains(
                            "the cost of 1 job has no bound and is not included in the worst case");
        }
    }

    @Nested
    class WithEarlierResults {
        private void paid(String customId, long output, String usd) {
            earlier.add(
                    new StoredCost(
                            JobId.of("default", "a.jsonl", customId),
                            true,
                            "qwen-turbo",
                            CostKind.BILLED,
                            TokenUsage.of(20, output),
                            new BigDecimal(usd),
                            BigDecimal.ZERO));
        }

        private Path jobs(int count) throws IOException {
            return file(
                    "a.jsonl",
                    IntStream.range(0, count)
                            .mapToObj(i -> chat("c" + i, ""))
                            .toArray(String[]::new));
        }

        @Test
        void costIsExpectedFromThem() throws IOException {
            for (int i = 0; i < 100; i++) {
                paid("c" + i, 50, "0.002");
            }

            JsonNode summary = summary(Long.MAX_VALUE, jobs(1_000));

            assertThat(summary.get("cost_usd").doubleValue()).isBetween(1.9, 2.1);
            JsonNode model = summary.get("by_model").get(0);
            assertThat(model.get("cost_usd")).isEqualTo(summary.get("cost_usd"));
            assertThat(model.get("rests_on").get("results").asInt()).isEqualTo(100);
        }

        @Test
        void nothingIsLearntFromOtherJobs() throws IOException {
            paid("other", 50, "2");

            JsonNode summary = summary(Long.MAX_VALUE, jobs(10));

            assertThat(summary.get("cost_usd").doubleValue()).isLessThan(0.1);
            assertThat(summary.get("by_model").get(0).get("rests_on").get("results").asInt())
                    .isZero();
        }

        @Test
        void reportSaysWhatTheFiguresRestOn() throws IOException {
            paid("c0", 50, "0.002");

            dryRun(false, Long.MAX_VALUE, jobs(2));
            dryRun(false, Long.MAX_VALUE, file("b.jsonl", chat("1", ",\"max_tokens\":100")));

            assertThat(out.toString(UTF_8))
                    .contains(
                            "qwen-turbo: expected from 1 result of this data directory",
                            "qwen-turbo: expected from the kind of each task, since no job has a"
                                    + " result; worst case from max_tokens of 1 job");
        }
    }

    @Nested
    class WithALimit {
        @Test
        void readsNoMoreLinesThanTheLimitAcrossAllFiles() throws IOException {
            Path one = file("a.jsonl", chat("1", ""), "", chat("2", ""));
            Path two = file("b.jsonl", chat("1", ""), "[]");

            assertThat(summary(3, one, two).get("lines").asInt()).isEqualTo(3);
        }
    }
}
