package dev.millrace.contracts.documentation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.error.BreakerEffect;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.error.Retry;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.result.SplitNote;
import dev.millrace.contracts.result.TranslationNote;
import dev.millrace.contracts.topic.Topics;
import java.io.IOException;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class DocumentationTest {

    @Nested
    class TheReadme {
        private static final Path ROOT = Path.of("..", "..");
        private static final Pattern VERSION =
                Pattern.compile("<artifactId>millrace-parent</artifactId>\\s*<version>([^<]+)");

        @Test
        void namesTheVersionThatIsBuilt() throws IOException {
            var pom = VERSION.matcher(Files.readString(ROOT.resolve("pom.xml")));

            assertThat(pom.find()).isTrue();
            assertThat(Files.readString(ROOT.resolve("README.md")))
                    .contains("Version " + pom.group(1) + ". ");
        }
    }

    @Nested
    class TheErrorTable {
        private final Table table = Table.of("errors.md", "code");

        @Test
        void listsEveryCodeWithItsBehaviour() {
            assertThat(
                            table.rows().stream()
                                    .map(row -> Stream.of(0, 2, 3, 4).map(row::get).toList()))
                    .containsExactlyElementsOf(
                            Arrays.stream(ErrorCode.values()).map(this::row).toList());
        }

        private List<String> row(ErrorCode error) {
            return List.of(
                    "`" + error.code() + "`",
                    words(error.retry()),
                    words(error.breakerEffect()),
                    error.disposition().words());
        }

        private static String words(Retry retry) {
            return switch (retry) {
                case NO -> "no";
                case YES -> "yes";
                case AFTER_PROVIDER_WAIT -> "yes, after the provider's wait";
                case ONCE -> "yes, once";
            };
        }

        private static String words(BreakerEffect effect) {
            return switch (effect) {
                case NONE -> "no";
                case LOWERS_PACE -> "no; it lowers the pace";
                case COUNTS -> "yes";
                case OPENS -> "opens";
                case OPENS_KEY -> "opens, per key";
            };
        }
    }

    @Nested
    class TheHeaderTable {
        @Test
        void listsEveryHeader() {
            assertThat(Table.of("messages.md", "name").rows().stream().map(List::getFirst))
                    .containsExactlyInAnyOrderElementsOf(
                            Arrays.stream(MillraceHeaders.class.getFields())
                                    .filter(field -> field.getType() == String.class)
                                    .map(TheHeaderTable::value)
                                    .filter(name -> !name.equals(MillraceHeaders.PREFIX))
                                    .map("`%s`"::formatted)
                                    .toList());
        }

        private static String value(Field constant) {
            try {
                return String.valueOf(constant.get(null));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Nested
    class TheTablesOfValues {
        @Test
        void listWhereAnAnswerComesFrom() {
            assertThat(Table.of("messages.md", "value of `cache`").names())
                    .containsExactly(
                            Provenance.CACHE_MISS,
                            Provenance.CACHE_HIT,
                            Provenance.CACHE_STALE,
                            Provenance.CACHE_COLLAPSED,
                            Provenance.CACHE_SEMANTIC);
        }

        @Test
        void listTheKindsOfCosts() {
            assertThat(Table.of("messages.md", "value of `kind`").names())
                    .containsExactlyElementsOf(
                            Arrays.stream(CostKind.values()).map(CostKind::word).toList());
        }

        @Test
        void listTheEndsOfAnAttempt() {
            assertThat(Table.of("messages.md", "value of `millrace-end`").names())
                    .containsExactlyElementsOf(
                            Arrays.stream(Chunk.Outcome.values())
                                    .map(Chunk.Outcome::word)
                                    .toList());
        }
    }

    @Nested
    class TheTableOfSpecialKeys {
        private static final JobId JOB = JobId.of("t", "b", "a");

        private static Provenance provenance(
                List<Fallback> fallbacks,
                @Nullable Long outputLimit,
                @Nullable String passages,
                @Nullable String requestId,
                @Nullable SplitNote split) {
            return new Provenance(
                    new JobFacts(
                            new BatchJob(JOB, "t", "b"),
                            1L,
                            new Route("r", null),
                            null,
                            BigDecimal.ZERO,
                            EndReceivers.ofPartition(null),
                            fallbacks,
                            outputLimit,
                            passages),
                    new Calls(
                            "m",
                            "p",
                            1,
                            BigDecimal.ONE,
                            new JobTimes(1, 1, null),
                            null,
                            requestId == null ? List.of() : List.of("prompt_cache_key")),
                    Provenance.CACHE_MISS,
                    new JobLabels(requestId, null),
                    null,
                    split);
        }

        private static Set<String> keys(
                @Nullable TranslationNote translation, Provenance provenance) {
            var answer =
                    new Outcome.Answered(
                            200, null, ProviderBody.of("{}".getBytes(UTF_8)), null, translation);
            return new JsonMapper()
                            .readTree(new JobResult("a", answer, provenance).toJson())
                            .path("millrace")
                            .propertyNames()
                            .stream()
                            .collect(Collectors.toCollection(TreeSet::new));
        }

        @Test
        void listsEveryKeyThatMostResultsLack() {
            Set<String> special =
                    keys(
                            new TranslationNote(Endpoint.MESSAGES, List.of("body.n")),
                            provenance(
                                    List.of(new Fallback("m", "timeout")),
                                    1L,
                                    "{}",
                                    "r-1",
                                    new SplitNote(List.of(JOB), List.of(), 1, 1)));
            special.removeAll(keys(null, provenance(List.of(), null, null, null, null)));

            assertThat(Table.of("messages.md", "key").names())
                    .containsExactlyInAnyOrderElementsOf(special);
        }
    }

    @Nested
    class TheTopicTable {
        @Test
        void listsEveryTopic() {
            var topics = new Topics("millrace.");
            assertThat(Table.of("messages.md", "topic").rows().stream().map(List::getFirst))
                    .containsExactly(
                            "`" + topics.requests() + "`",
                            "`millrace.jobs.<model>.<lane>`",
                            "`" + topics.results() + "`",
                            "`" + topics.costs() + "`",
                            "`" + topics.deadLetters() + "`",
                            "`" + topics.batches() + "`",
                            "`" + topics.submissions() + "`",
                            "`" + topics.control() + "`",
                            "`" + topics.quota() + "`",
                            "`" + topics.lookups() + "`",
                            "`" + topics.answers() + "`",
                            "`" + topics.parts() + "`",
                            "`" + topics.budgetReports() + "`",
                            "`" + topics.budgetGrants() + "`",
                            "`" + topics.retrievals() + "`",
                            "`" + topics.retrieved() + "`",
                            "`" + topics.documents() + "`",
                            "`" + topics.vectors() + "`",
                            "`" + topics.chunks() + "`");
        }
    }
}
