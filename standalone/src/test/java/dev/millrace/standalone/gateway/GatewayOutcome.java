package dev.millrace.standalone.gateway;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.calllog.LoggedCall;
import dev.millrace.standalone.gateway.SubmittedBatches.Listed;
import dev.millrace.standalone.gateway.SubmittedBatches.Outcome;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of batches and calls.
 *
 * @param ledger all calls of the provider
 */
record GatewayOutcome(
        PublishedRecords records,
        List<LoggedCall> ledger,
        List<Listed> batches,
        Set<String> callJobs) {
    private static final String BATCH = "batch_";

    /** Checks that each accepted batch exists, and that no refused batch does. */
    void assertBatchesAreThoseAccepted(Collection<String> accepted) {
        assertThat(batches).extracting(Listed::id).doesNotHaveDuplicates().containsAll(accepted);
        assertThat(batches)
                .extracting(it -> it.request().outcome())
                .doesNotContain(Outcome.REFUSED);
    }

    /**
     * Checks that no line is published twice, by the router's rejections of repeats. The requests
     * cannot be counted, because the router deletes the requests that it has read.
     */
    void assertNoLineIsPublishedTwice() {
        assertThat(records.deadLetters())
                .extracting(DeadLetter::batch)
                .allSatisfy(it -> assertThat(it).doesNotStartWith(BATCH));
    }

    /**
     * Checks that each line of a valid batch has one result without an error, and no other line.
     */
    void assertEachLineHasOneResult() {
        assertEachLineOnce(
                records.results().stream()
                        .collect(groupedLines(ResultView::batch, ResultView::line)));
        assertThat(records.results()).extracting(ResultView::errorCode).containsOnlyNulls();
        assertThat(batches)
                .allSatisfy(
                        it ->
                                assertThat(it.json().path("status").stringValue())
                                        .isEqualTo(
                                                it.request().isValid() ? "completed" : "failed"));
    }

    private interface Field<T, R> {
        @Nullable R of(T value);
    }

    private static <T> Collector<T, ?, Map<String, List<Long>>> groupedLines(
            Field<T, String> batch, Field<T, Long> line) {
        return Collectors.filtering(
                it -> isBatch(batch.of(it)),
                groupingBy(
                        it -> Objects.requireNonNull(batch.of(it)),
                        mapping(
                                it -> Objects.requireNonNull(line.of(it)),
                                Collectors.collectingAndThen(
                                        Collectors.toList(),
                                        it -> it.stream().sorted().toList()))));
    }

    private static boolean isBatch(@Nullable String name) {
        return name != null && name.startsWith(BATCH);
    }

    private void assertEachLineOnce(Map<String, List<Long>> lines) {
        List<Listed> valid = batches.stream().filter(it -> it.request().isValid()).toList();
        assertThat(lines.keySet()).isEqualTo(valid.stream().map(Listed::id).collect(toSet()));
        assertThat(valid)
                .allSatisfy(
                        it ->
                                assertThat(lines.get(it.id()))
                                        .as("lines of " + it)
                                        .isEqualTo(
                                                LongStream.rangeClosed(1, it.request().lines())
                                                        .boxed()
                                                        .toList()));
    }

    /** Checks that each job has one result, and each repeated call has one job. */
    void assertEachJobEndsOnce() {
        assertThat(records.results()).extracting(ResultView::jobId).doesNotHaveDuplicates();
        assertThat(
                        records.results().stream()
                                .filter(it -> !isBatch(it.batch()))
                                .map(ResultView::jobId)
                                .collect(toSet()))
                .isEqualTo(callJobs);
        assertThat(records.deadLetters()).extracting(DeadLetter::reason).isSubsetOf("duplicate");
    }

    /** Checks that the provider is called once for each job, except for uncertain calls. */
    void assertEachJobIsCalledOnce() {
        Map<String, Long> uncertain =
                records.costs().stream()
                        .filter(it -> it.kind() == CostKind.UNCERTAIN)
                        .collect(groupingBy(GatewayOutcome::job, counting()));
        Map<String, Long> calls =
                ledger.stream()
                        .collect(
                                groupingBy(
                                        it -> String.valueOf(it.caller().idempotencyKey()),
                                        counting()));
        assertThat(calls.keySet())
                .isEqualTo(records.results().stream().map(ResultView::jobId).collect(toSet()));
        assertThat(calls)
                .allSatisfy(
                        (job, count) ->
                                assertThat(count)
                                        .as("calls of " + job)
                                        .isLessThanOrEqualTo(1 + uncertain.getOrDefault(job, 0L)));
    }

    private static String job(CostEvent event) {
        return event.jobId().value();
    }

    Stream<Listed> requestedBy(Outcome outcome) {
        return batches.stream().filter(it -> it.request().outcome() == outcome);
    }
}
