package dev.millrace.router.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.router.records.OutgoingRecords;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Checks that every record has exactly one outcome: a job, a result with a final cost event, or a
 * dead letter.
 */
@Tag("slow")
class ConservationTest {
    private static final int FEW_JOBS = 12;

    /** A record of one of several kinds for one of a few jobs. */
    record Sent(Kind kind, int job) {
        byte[] bytes() {
            String id = "job-" + job;
            String line =
                    switch (kind) {
                        case NAMED -> RouterDriver.line(id, "small");
                        case AUTO -> RouterDriver.line(id, "auto");
                        case OTHER_BODY -> RouterDriver.line(id, "little");
                        case UNKNOWN_MODEL -> RouterDriver.line(id, "nobody-knows");
                        case NOT_IN_SERVICE -> RouterDriver.line(id, "unserved");
                        case WRONG_URL -> RouterDriver.line(id, "claude");
                        case TOO_LATE ->
                                RouterDriver.line(id, "small")
                                        .replaceFirst(
                                                "\\{",
                                                "{\"millrace\":{\"deadline\":\"2020-01-01T00:00:00Z\"},");
                        case TOO_LARGE ->
                                RouterDriver.line(id, "small")
                                        + " ".repeat(RouterDriver.MAX_REQUEST_BYTES);
                        case NO_BODY -> "{\"custom_id\":\"" + id + "\"}";
                        case NO_ID -> "{}";
                        case CUT_OFF -> RouterDriver.line(id, "small").substring(0, 40);
                        case HUGE_HEADERS -> RouterDriver.line(id, "small") + " ";
                    };
            return line.getBytes(UTF_8);
        }
    }

    enum Kind {
        NAMED,
        AUTO,
        OTHER_BODY,
        UNKNOWN_MODEL,
        NOT_IN_SERVICE,
        WRONG_URL,
        TOO_LATE,
        TOO_LARGE,
        NO_BODY,
        NO_ID,
        CUT_OFF,
        HUGE_HEADERS
    }

    @Provide
    Arbitrary<Sent> sent() {
        return Arbitraries.of(Kind.values())
                .flatMap(
                        kind ->
                                Arbitraries.integers()
                                        .between(1, FEW_JOBS)
                                        .map(job -> new Sent(kind, job)));
    }

    @Property(tries = 50)
    void everyRecordHasExactlyOneOutcome(@ForAll @Size(max = 40) List<@From("sent") Sent> all) {
        try (var router = new RouterDriver()) {
            for (Sent sent : all) {
                var headers = new RecordHeaders();
                if (sent.kind() == Kind.HUGE_HEADERS) {
                    headers.add("x-huge", new byte[OutgoingRecords.MAX_USER_BYTES + 1]);
                }
                router.send(RouterDriver.TOPICS.requests(), null, sent.bytes(), headers);
            }

            List<String> jobs = new ArrayList<>();
            router.jobs("small").forEach(it -> jobs.add(it.key()));
            List<String> results = new ArrayList<>();
            router.results().forEach(it -> results.add(it.key()));
            List<CostEvent> events =
                    router.costs().stream()
                            .map(it -> CostEventCodec.read(Objects.requireNonNull(it.value())))
                            .toList();

            assertThat(jobs.size() + results.size() + router.deadLetters().size())
                    .isEqualTo(all.size());
            Set<String> distinct = new HashSet<>(jobs);
            distinct.addAll(results);
            assertThat(distinct).hasSize(jobs.size() + results.size());
            assertThat(events).allMatch(CostEvent::isFinal);
            assertThat(events.stream().map(it -> it.jobId().value()))
                    .containsExactlyInAnyOrderElementsOf(results);
        }
    }
}
