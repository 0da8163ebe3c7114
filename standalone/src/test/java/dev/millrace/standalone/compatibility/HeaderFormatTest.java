package dev.millrace.standalone.compatibility;

import static dev.millrace.standalone.compatibility.ExampleJobs.BATCH;
import static dev.millrace.standalone.compatibility.ExampleJobs.JOB;
import static dev.millrace.standalone.compatibility.ExampleJobs.NOON;
import static dev.millrace.standalone.compatibility.ExampleJobs.TENANT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobCostLimit.AttemptTokens;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.OnUnavailable;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.testclusters.FormatFixture;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** The headers of requests, jobs and dead letters. A record of the file has one header a line. */
class HeaderFormatTest {
    private static final String FILE = "headers.txt";

    /** Written by the router only, and tested with its other records; or with a command. */
    private static final Set<String> ELSEWHERE =
            Set.of(
                    MillraceHeaders.JOB_TOPIC,
                    MillraceHeaders.CACHE_NAMESPACE,
                    MillraceHeaders.BUDGET_REFUSAL,
                    MillraceHeaders.JOB_END,
                    MillraceHeaders.RETRIEVAL_OFFSET,
                    MillraceHeaders.RETRIEVAL_ERROR,
                    MillraceHeaders.RETRIEVAL_ANSWER,
                    MillraceHeaders.DECISION);

    private static final Map<String, SubmissionHeaders> REQUESTS =
            Map.of(
                    "request, all",
                    new SubmissionHeaders(
                            TENANT,
                            BATCH,
                            17L,
                            NOON,
                            20_000_000L,
                            "12.50",
                            AnswerWait.Chunks.REPEATABLE,
                            "3f9c2a7be01d4466",
                            new SubmissionHeaders.Defaults(Buy.LOWEST, NOON)),
                    "request, none",
                    SubmissionHeaders.NONE);

    private static final Map<String, JobHeaders> JOBS =
            Map.of("job, all", job(), "job, required", requiredOfJob());

    private static final Map<String, DeadLetter> LETTERS =
            Map.of(
                    "dead letter, all",
                    new DeadLetter(
                            "duplicate",
                            "Schon da: ü",
                            "millrace.requests",
                            3,
                            41,
                            TENANT,
                            BATCH,
                            17L,
                            JOB.value()),
                    "dead letter, required",
                    new DeadLetter(
                            "malformed_request", "No JSON", "r", 0, 0, null, null, null, null));

    private static final Map<String, Chunk> CHUNKS =
            Map.of(
                    "chunk, event",
                    new Chunk(2, 17, new Chunk.Event("message_start", new byte[0])),
                    "chunk, end",
                    new Chunk(2, 18, new Chunk.End(Chunk.Outcome.COMPLETE)));

    private static JobHeaders requiredOfJob() {
        return new JobHeaders(
                new JobHeaders.Identity(JOB, TENANT, BATCH, null),
                new JobHeaders.Submission(Priority.NORMAL, null, NOON),
                new JobHeaders.Route("direct", List.of("gpt-4.1"), null));
    }

    private static JobHeaders job() {
        var tokens = List.of(new AttemptTokens(900, 300), new AttemptTokens(1_000, 300));
        return new JobHeaders(
                new JobHeaders.Identity(
                        JOB,
                        TENANT,
                        BATCH,
                        17L,
                        "3f9c2a7be01d4466",
                        JobId.of(TENANT, BATCH, "parent"),
                        null),
                new JobHeaders.Submission(
                        Priority.CRITICAL,
                        NOON.plusSeconds(3_600),
                        NOON,
                        new AnswerWait(
                                AnswerWait.Chunks.REPEATABLE,
                                new OnUnavailable(Duration.ofSeconds(5))),
                        Buy.LOWEST),
                new JobHeaders.Route(
                        "default/3@v7", List.of("gpt-4.1", "ft:gpt:a"), 1, 5, Lane.BULK),
                new JobHeaders.Earlier(
                        2,
                        new BigDecimal("0.0012345678901"),
                        List.of(new Fallback("gpt-4.1", "timeout", 1_700_000_000_123L)),
                        1),
                300L,
                new TokenEstimate(800, 200),
                new JobHeaders.Cache("0123456789abcdef".repeat(4), null),
                new JobCostLimit(
                        new JobCostLimit.Reserved(
                                new BigDecimal("0.02"),
                                new BigDecimal("0.05"),
                                null,
                                1,
                                1,
                                List.of("tenant/acme/total", "batch/acme/a%2Fb,c")),
                        List.of(new BigDecimal("0.0066"), new BigDecimal("0.0075")),
                        new BigDecimal("0.0132"),
                        tokens),
                "{\"collection\":\"handbook\",\"passages\":[]}");
    }

    private static Headers headers(String kind) {
        var headers = new RecordHeaders();
        FormatFixture.read(FILE)
                .forEach(
                        (name, value) -> {
                            if (name.startsWith(kind + ": ")) {
                                headers.add(
                                        name.substring(kind.length() + 2), value.getBytes(UTF_8));
                            }
                        });
        // As a later version may add one.
        headers.add(MillraceHeaders.PREFIX + "of-a-later-version", new byte[] {7});
        return headers;
    }

    private static void add(Map<String, String> written, String kind, Headers headers) {
        headers.forEach(it -> written.put(kind + ": " + it.key(), new String(it.value(), UTF_8)));
    }

    @Test
    void areWrittenAsVersion01WroteThem() {
        var written = new LinkedHashMap<String, String>();
        Stream.of(REQUESTS, JOBS, LETTERS, CHUNKS)
                .flatMap(it -> it.keySet().stream().sorted())
                .forEach(
                        kind -> {
                            var headers = new RecordHeaders();
                            write(kind, headers);
                            add(written, kind, headers);
                        });
        FormatFixture.compare(FILE, written);
    }

    private static void write(String kind, Headers headers) {
        var request = REQUESTS.get(kind);
        var job = JOBS.get(kind);
        var letter = LETTERS.get(kind);
        var chunk = CHUNKS.get(kind);
        if (request != null) {
            request.writeTo(headers);
        } else if (job != null) {
            job.writeTo(headers);
        } else if (letter != null) {
            letter.writeTo(headers);
        } else if (chunk != null) {
            chunk.toRecord("chunks", 0, JOB).headers().forEach(headers::add);
        }
    }

    @Test
    void ofRequestsAreReadAsVersion01WroteThem() {
        REQUESTS.forEach(
                (kind, it) -> assertThat(SubmissionHeaders.read(headers(kind))).isEqualTo(it));
    }

    @Test
    void ofChunksAreReadAsVersion01WroteThem() {
        CHUNKS.forEach(
                (kind, it) ->
                        assertThat(Chunk.read(headers(kind), new byte[0]))
                                .hasValueSatisfying(
                                        read ->
                                                assertThat(read)
                                                        .usingRecursiveComparison()
                                                        .isEqualTo(it)));
    }

    @Test
    void ofJobsAreReadAsVersion01WroteThem() throws UnreadableHeader {
        for (var each : JOBS.entrySet()) {
            assertThat(JobHeaders.read(headers(each.getKey()))).isEqualTo(each.getValue());
        }
    }

    @Test
    void ofDeadLettersAreReadAsVersion01WroteThem() {
        LETTERS.forEach((kind, it) -> assertThat(DeadLetter.read(headers(kind))).isEqualTo(it));
    }

    /** The column "on" of {@code docs/messages.md}. */
    @Test
    void pageNamesTheRecordsOfEach() throws IOException {
        var kinds =
                Map.of(
                        "request", "requests",
                        "job", "jobs",
                        "dead letter", "dead letters",
                        "chunk", "chunks");
        Map<String, Set<String>> written = new TreeMap<>();
        Map<String, Set<String>> listed = new TreeMap<>();
        for (String example : FormatFixture.read(FILE).keySet()) {
            String kind = example.substring(0, example.indexOf(','));
            written.computeIfAbsent(kinds.getOrDefault(kind, kind), _ -> new TreeSet<>())
                    .add(example.substring(example.indexOf(": ") + 2));
        }
        for (String row : Files.readAllLines(Path.of("..", "docs", "messages.md"))) {
            String[] cells = row.split("\\|", -1);
            if (row.startsWith("| `" + MillraceHeaders.PREFIX)
                    && cells.length == 5
                    && !ELSEWHERE.contains(cells[1].strip().replace("`", ""))) {
                for (String kind : cells[3].split(",", -1)) {
                    if (kinds.containsValue(kind.strip())) {
                        listed.computeIfAbsent(kind.strip(), _ -> new TreeSet<>())
                                .add(cells[1].strip().replace("`", ""));
                    }
                }
            }
        }
        assertThat(listed).isEqualTo(written);
    }

    @Test
    void eachHasAnExample() {
        Set<String> known =
                Arrays.stream(MillraceHeaders.class.getFields())
                        .filter(it -> Modifier.isStatic(it.getModifiers()))
                        .map(HeaderFormatTest::value)
                        .filter(it -> it.startsWith(MillraceHeaders.PREFIX))
                        .filter(it -> it.length() > MillraceHeaders.PREFIX.length())
                        .filter(it -> !ELSEWHERE.contains(it))
                        .collect(Collectors.toSet());
        Set<String> inFile =
                FormatFixture.read(FILE).keySet().stream()
                        .map(it -> it.substring(it.indexOf(": ") + 2))
                        .collect(Collectors.toSet());

        assertThat(inFile).isEqualTo(known);
    }

    private static String value(Field field) {
        try {
            return String.valueOf(field.get(null));
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
