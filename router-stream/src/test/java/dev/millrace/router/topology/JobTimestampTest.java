package dev.millrace.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Workers begin with the oldest jobs, so a client must not choose how old its jobs are. */
class JobTimestampTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    @Test
    void aJobIsAsOldAsTheRouterSays() {
        Instant claimed = router.clock.instant().minus(Duration.ofDays(3_000));

        router.send(RouterDriver.line("job-1", "small"), claimed);

        assertThat(router.jobs("small"))
                .singleElement()
                .satisfies(
                        job -> {
                            assertThat(job.getRecordTime()).isEqualTo(router.clock.instant());
                            assertThat(JobHeaders.read(job.headers()).submittedAt())
                                    .isEqualTo(claimed);
                        });
    }
}
