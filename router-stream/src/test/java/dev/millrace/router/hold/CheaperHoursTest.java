package dev.millrace.router.hold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.waiting.WaitingReason;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Calls of the model cost twice as much from 01:00 to 04:00 and from 06:00 to 10:00 UTC, Monday to
 * Friday. Queue and call take 5 minutes, so a job starts 10 minutes before its deadline.
 */
class CheaperHoursTest {
    private static final Duration SLOWEST = Duration.ofMinutes(5);
    private static final Instant FRIDAY = Instant.parse("2026-11-20T00:00:00Z");

    private static CheaperHours hours(HeldModel model, int partitions) {
        return new CheaperHours(_ -> Optional.of(model.toModel()), _ -> SLOWEST, partitions);
    }

    private static Optional<Hold> hold(JobHeaders job, String now) {
        return hours(HeldModel.DEEPSEEK, 1).hold(job, Instant.parse("2026-11-20T" + now + "Z"));
    }

    private static JobHeaders job(String deadline) {
        return HeldModel.job(Buy.LOWEST, Instant.parse("2026-11-20T" + deadline + "Z"));
    }

    private static Instant begins(Hold hold) {
        return Objects.requireNonNull(hold.hour()).begins();
    }

    @ParameterizedTest
    @CsvSource({
        // Now, deadline, start: in a cheap hour, a job starts at once.
        "00:59:59, 23:00:00,",
        "04:00:00, 23:00:00,",
        "05:59:59, 23:00:00,",
        "10:00:00, 23:00:00,",
        // In a dear hour, it waits for the next cheap one.
        "01:00:00, 23:00:00, 04:00:00",
        "03:59:59, 23:00:00, 04:00:00",
        "06:00:00, 23:00:00, 10:00:00",
        // The deadline, rounded down to 5 minutes, must leave time for queue and call.
        "01:00:00, 04:10:00, 04:00:00",
        "01:00:00, 04:09:59,",
        "01:00:00, 04:14:59, 04:00:00",
        "01:00:00, 01:05:00,",
    })
    void jobWaitsForACheaperHourThatIsSafe(String now, String deadline, String start) {
        assertThat(hold(job(deadline), now).map(CheaperHoursTest::begins))
                .isEqualTo(
                        Optional.ofNullable(start)
                                .map(it -> Instant.parse("2026-11-20T" + it + "Z")));
    }

    @Test
    void holdSaysWhatIsSaved() {
        Hold hold = hold(job("23:00:00"), "01:00:00").orElseThrow();

        assertThat(hold.reason()).isEqualTo(WaitingReason.CHEAPER_HOUR);
        assertThat(hold.value()).isEqualTo("calls cost 50 % less then");
    }

    @Test
    void otherJobsStartAtOnce() {
        Instant deadline = FRIDAY.plus(Duration.ofHours(23));

        assertThat(hold(HeldModel.job(Buy.STANDARD, deadline), "01:00:00")).isEmpty();
        assertThat(
                        hold(
                                job("23:00:00").atModel(0, 1, BigDecimal.ZERO, List.of(), null),
                                "01:00:00"))
                .isEmpty();
        assertThat(hours(HeldModel.FLAT, 1).hold(job("23:00:00"), FRIDAY.plus(Duration.ofHours(1))))
                .isEmpty();
    }

    @Test
    void jobWithoutADeadlineWaitsForADayAtMost() {
        JobHeaders job = HeldModel.DEEPSEEK.job("a", Buy.LOWEST, null, FRIDAY);
        JobHeaders older =
                HeldModel.DEEPSEEK.job("a", Buy.LOWEST, null, FRIDAY.minus(Duration.ofHours(22)));

        assertThat(hold(job, "01:00:00")).isPresent();
        assertThat(hold(older, "01:00:00")).isEmpty();
    }

    @Test
    void jobThatWaitsForNoHourIsNotPaced() {
        JobHeaders job = HeldModel.SLOW.job("a", Buy.STANDARD, null, FRIDAY);

        Hold hold = hours(HeldModel.SLOW, 1).ended(job, FRIDAY);

        assertThat(Objects.requireNonNull(hold.hour()).secondsPerJob()).isZero();
    }

    @Nested
    class WhenLimitsPaceTheJobs {
        private final JobHeaders job = job("10:10:00").withTokens(new TokenEstimate(100, 100));

        @ParameterizedTest
        @CsvSource({
            // One job a minute: 60 jobs need the hour before the latest start, which is 10:00.
            "09:00:00, 1, 60, 0",
            "09:00:00, 1, 61, 1",
            "09:58:30, 1, 60, 59",
            "10:00:00, 1, 60, 60",
            // Four partitions share the limit.
            "09:00:00, 4, 15, 0",
            "09:00:00, 4, 20, 5",
        })
        void firstJobsAreDue(String now, int partitions, long jobs, long due) {
            var limited = hours(HeldModel.SLOW, partitions);
            Hold hold = limited.hold(job, FRIDAY.plus(Duration.ofHours(7))).orElseThrow();

            Hold.Hour hour = Objects.requireNonNull(hold.hour());
            double seconds = hour.secondsPerJob();
            double work =
                    limited.due(
                            hold, hour, jobs * seconds, Instant.parse("2026-11-20T" + now + "Z"));
            assertThat(Math.ceil(work / seconds)).isEqualTo((double) due);
        }

        @ParameterizedTest
        @CsvSource({
            // Minutes since the hour has begun, partitions, jobs that were released until then.
            "0, 1, 1",
            "1, 1, 2",
            "59, 1, 60",
            // Four partitions share the limit.
            "59, 4, 15",
        })
        void jobsOfABeginningHourAreReleasedOverTheHour(int minutes, int partitions, int released) {
            Hold hold =
                    hours(HeldModel.SLOW, partitions)
                            .hold(job("23:00:00"), FRIDAY.plus(Duration.ofHours(7)))
                            .orElseThrow();
            Hold.Hour hour = Objects.requireNonNull(hold.hour());
            var pace = new ReleasePace(FRIDAY);
            int jobs = 0;

            for (Instant now = hour.begins();
                    !now.isAfter(hour.begins().plus(Duration.ofMinutes(minutes)));
                    now = now.plusSeconds(1)) {
                while (pace.allowed("slow", now) > 0) {
                    pace.onReleased("slow", hour.secondsPerJob(), now);
                    jobs++;
                }
            }

            assertThat(jobs).isEqualTo(released);
        }

        @Test
        void jobsOfAGroupNeedTheMeanOfTheirTimes() {
            var hour = new Hold.Hour(FRIDAY, FRIDAY, 1);
            Hold first = Hold.cheaperHour("m", "", hour);
            Hold second = Hold.cheaperHour("m", "", new Hold.Hour(FRIDAY, FRIDAY, 7));

            assertThat(first.mean(second, 0.5).hour()).isEqualTo(new Hold.Hour(FRIDAY, FRIDAY, 4));
        }
    }
}
