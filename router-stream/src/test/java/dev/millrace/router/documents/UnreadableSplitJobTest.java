package dev.millrace.router.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that an unreadable entry of the store harms no other job and no thread. */
class UnreadableSplitJobTest {
    private static final Doc REPORT = Doc.of("report", 3);
    private static final Doc OTHER = Doc.of("other", 3);

    private final SplitWorld world = SplitWorld.withInternalErrors();

    @BeforeEach
    void submit() {
        world.submit(REPORT);
        world.submit(OTHER);
    }

    /** Ends the first part of the job. */
    private void endOne() {
        PlannedJob part =
                world.called.values().stream()
                        .filter(it -> REPORT.id().equals(it.headers().parent()))
                        .findFirst()
                        .orElseThrow();
        world.end(world.answer(part, 1, "yes"));
    }

    private void damage(char kind) {
        world.damage(kind, world.keys(kind, REPORT).getFirst());
    }

    private void cancelAll() {
        var command = new OperatorCommand(world.clock.instant(), "me");
        var published = command.record(new ControlKey.CancelBatch("t", "b"));
        world.control = world.control.with(published.key().text(), published.value());
        world.clock.advance(Duration.ofSeconds(2));
        world.tick();
    }

    private void assertBuried() {
        assertThat(world.buried)
                .extracting(it -> Objects.requireNonNull(it.job()).jobId())
                .containsExactly(REPORT.id());
        assertThat(world.hasEnded(REPORT)).isFalse();
    }

    @AfterEach
    void nothingStays() {
        world.answerAll();
        assertThat(world.hasEnded(OTHER)).isTrue();
        assertThat(world.entries.approximateNumEntries()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(chars = {'w', 's'})
    void jobWithoutAReadableRecordOrProgressIsBuriedWhenItsPartsEnd(char kind) {
        damage(kind);

        world.answerAll();

        assertBuried();
        assertThat(world.result(OTHER).at("/error").isNull()).isTrue();
    }

    @Test
    void jobIsBuriedIfTheEndOfAPartCannotBeRead() {
        endOne();
        damage('e');
        endOne();
        endOne();

        assertBuried();
    }

    @Test
    void partWithoutAReadableEntryFailsItsJobAfterTheOthers() {
        damage('p');
        JobId damaged = new JobId(hex(world.keys('p', REPORT).getFirst().get()));
        world.end(world.answer(Objects.requireNonNull(world.called.get(damaged)), 1, "yes"));

        assertThat(world.hasEnded(REPORT)).isFalse();
        world.answerAll();
        assertThat(world.result(REPORT).at("/error/code").asString()).isEqualTo("internal_error");
        assertThat(world.result(REPORT).at("/millrace/attempts").asInt()).isEqualTo(3);
    }

    private static String hex(byte[] key) {
        return HexFormat.of().formatHex(key, 1, key.length);
    }

    /** The job cannot end by the report, which is lost as well. */
    @Test
    void partWithoutAReadableEntryAndWithoutAReportFailsItsJob() {
        damage('p');
        world.called.clear();
        world.findLost();
        world.answerAll();
        assertThat(world.hasEnded(REPORT)).isFalse();
        world.restart();
        world.findLost();

        assertThat(world.result(REPORT).at("/error/code").asString()).isEqualTo("internal_error");
        assertThat(world.result(OTHER).at("/error").isNull()).isTrue();
    }

    @Test
    void lateReportOfAPartWithoutAReadableEntryCounts() {
        damage('p');
        JobId damaged = new JobId(hex(world.keys('p', REPORT).getFirst().get()));
        PlannedJob part = Objects.requireNonNull(world.called.remove(damaged));
        world.findLost();
        world.called.put(damaged, part);
        world.answerAll();

        assertThat(world.result(REPORT).at("/error/code").asString()).isEqualTo("internal_error");
        assertThat(world.result(REPORT).at("/millrace/cost_usd").decimalValue())
                .isEqualByComparingTo(world.billed.getOrDefault(REPORT.id(), BigDecimal.ZERO));
    }

    @Test
    void jobWithoutReadableProgressAndPartsIsBuried() {
        world.keys('p', REPORT).forEach(it -> world.damage('p', it));
        damage('s');
        world.called.values().removeIf(it -> REPORT.id().equals(it.headers().parent()));
        PlannedJob other = Objects.requireNonNull(world.called.values().iterator().next());
        world.findLost();
        world.findLost();

        assertBuried();
        assertThat(world.called).containsKey(other.identity().jobId());
    }

    @Test
    void jobsWithoutReadableTotalsAreCountedAgain() {
        long jobs = new SplitStore(world.entries).jobs().waiting();
        world.damage('t', world.entries.entries('t').keySet().iterator().next());
        world.restart();

        assertThat(jobs).isPositive();
        assertThat(new SplitStore(world.entries).jobs().waiting()).isEqualTo(jobs);
        world.answerAll();

        assertThat(world.result(REPORT).at("/error").isNull()).isTrue();
        assertThat(world.result(OTHER).at("/error").isNull()).isTrue();
        world.submit(Doc.of("third", 3));
        world.answerAll();
        assertThat(world.hasEnded(Doc.of("third", 3))).isTrue();
    }

    @Test
    void lostPartsOfABuriedJobAreForgotten() {
        damage('s');
        endOne();
        world.called.values().removeIf(it -> REPORT.id().equals(it.headers().parent()));
        int sent = world.sent;
        world.called.clear();
        world.findLost();

        assertBuried();
        assertThat(world.sent).isEqualTo(sent + 3);
    }

    @Test
    void lostPartsOfTheLastJobAreForgottenIfItWasBuried() {
        damage('s');
        endOne();
        world.called.values().removeIf(it -> REPORT.id().equals(it.headers().parent()));
        world.answerAll();
        world.findLost();

        assertBuried();
        assertThat(world.keys('p', REPORT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(chars = {'w', 's', 'd'})
    void cancellationReachesTheOtherJobs(char kind) {
        damage(kind);

        cancelAll();
        world.answerAll();

        assertThat(world.result(OTHER).at("/error/code").asString()).isEqualTo("cancelled");
        if (kind == 'd') {
            assertThat(world.result(REPORT).at("/error/code").asString()).isEqualTo("cancelled");
        } else {
            assertBuried();
        }
    }

    @Test
    void jobIsBuriedIfItsRecordAndItsDeadlineAreUnreadable() {
        damage('w');
        damage('d');

        cancelAll();

        assertThat(world.buried).hasSize(1);
    }

    @Test
    void repeatedRequestOfAnUnreadableJobBuriesIt() {
        damage('s');

        world.submit(REPORT);

        assertBuried();
    }
}
