package dev.millrace.standalone.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.LimitOrigin;
import dev.millrace.contracts.control.WorkerReport;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitStatusTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String PATH = "models.m.limits.requests_per_minute";

    private static WorkerReport report(Instant expires, LimitOrigin origin, long limit, long used) {
        return new WorkerReport(
                expires,
                List.of(),
                List.of(),
                List.of(),
                List.of(new WorkerReport.Learned(PATH, origin, limit, used)));
    }

    private static LimitStatus status(LimitOrigin origin, LimitUsage.Use use) {
        return new LimitStatus(PATH, origin, use);
    }

    private static List<LimitStatus> all(List<LimitStatus> shared, WorkerReport... reports) {
        return LimitStatus.all(shared, List.of(reports), NOON);
    }

    @Test
    void foundPartsOfWorkersAreAddedUp() {
        Instant later = NOON.plusSeconds(1);

        assertThat(
                        all(
                                List.of(),
                                report(later, LimitOrigin.FOUND, 30, 10),
                                report(later, LimitOrigin.FOUND, 20, 5)))
                .containsExactly(status(LimitOrigin.FOUND, new LimitUsage.Use(50, 15, 0, 2, 0)));
    }

    @Test
    void headersNameTheWholeLimitToEachWorker() {
        Instant later = NOON.plusSeconds(1);

        assertThat(
                        all(
                                List.of(),
                                report(later, LimitOrigin.NAMED, 60, 10),
                                report(later, LimitOrigin.NAMED, 50, 5)))
                .containsExactly(status(LimitOrigin.NAMED, new LimitUsage.Use(50, 15, 0, 2, 0)));
    }

    @Test
    void lowerLimitOfHeadersIsTheSharedOne() {
        var use = new LimitUsage.Use(30, 12, 3, 2, 1);

        assertThat(
                        all(
                                List.of(status(LimitOrigin.CONFIGURED, use)),
                                report(NOON.plusSeconds(1), LimitOrigin.NAMED, 30, 6)))
                .containsExactly(status(LimitOrigin.NAMED, use));
    }

    @Test
    void expiredReportHasNoLimits() {
        assertThat(all(List.of(), report(NOON, LimitOrigin.FOUND, 30, 10))).isEmpty();
    }
}
