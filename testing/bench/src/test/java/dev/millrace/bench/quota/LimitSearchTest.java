package dev.millrace.bench.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.calllog.LoggedCall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitSearchTest {
    private static final Instant START = Instant.parse("2026-11-20T07:00:00Z");
    private static final int PER_MINUTE = 600;

    private final List<LoggedCall> entries = new ArrayList<>();

    /** Adds calls at a constant rate. */
    private void calls(int fromSecond, int toSecond, int perSecond, int status) {
        for (int i = 0; i < (toSecond - fromSecond) * perSecond; i++) {
            entries.add(
                    new LoggedCall(
                            0,
                            START.plusSeconds(fromSecond).plusMillis(i * 1_000L / perSecond),
                            Duration.ZERO,
                            new LoggedCall.Caller("", null),
                            Operation.CHAT_COMPLETIONS,
                            "m",
                            status,
                            Usage.NONE,
                            status == 200,
                            status == 200 ? CallOutcome.ANSWERED : CallOutcome.REFUSED));
        }
    }

    private LimitSearch search(int endSecond) {
        return LimitSearch.of(CallTimeline.of(entries), START.plusSeconds(endSecond), PER_MINUTE);
    }

    @Test
    void limitIsFoundWhenTheNextMinuteUsesMostOfIt() {
        calls(0, 20, 5, 200);
        calls(5, 20, 2, 429);
        calls(20, 120, 10, 200);

        LimitSearch search = search(120);

        assertThat(search.found()).hasValue(Duration.ofSeconds(8));
        assertThat(search.throttled()).isEqualTo(6);
        assertThat(search.after().use()).isBetween(0.94, 0.95);
        assertThat(search.after().throttled()).isEqualTo(24);
    }

    @Test
    void minuteWithALongPauseDoesNotFindTheLimit() {
        calls(0, 40, 10, 200);
        calls(50, 130, 10, 200);

        assertThat(search(130).found()).hasValue(Duration.ofSeconds(44));
    }

    @Test
    void useAfterwardsIncludesLaterPauses() {
        calls(0, 60, 10, 200);
        calls(80, 120, 10, 200);

        LimitSearch search = search(120);

        assertThat(search.found()).hasValue(Duration.ZERO);
        assertThat(search.after().use()).isBetween(0.83, 0.84);
    }

    @Test
    void limitThatIsNeverUsedIsNotFound() {
        calls(0, 60, 5, 200);
        calls(0, 60, 1, 429);

        LimitSearch search = search(60);

        assertThat(search.found()).isEmpty();
        assertThat(search.throttled()).isEqualTo(60);
        assertThat(search.after().use()).isEqualTo(0.5);
    }

    @Test
    void noCallsMeanThatNothingIsFound() {
        assertThat(search(60).found()).isEmpty();
    }

    @Test
    void batchAtTheLimitUsesAllOfIt() {
        calls(0, 30, 10, 200);

        LimitUse use = LimitUse.ofBatch(CallTimeline.of(entries), PER_MINUTE);

        assertThat(use.answered()).isEqualTo(299);
        assertThat(use.use()).isEqualTo(1);
        assertThat(use.throttledShare()).isZero();
    }
}
