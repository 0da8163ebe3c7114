package dev.millrace.gateway.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetentionTest {
    @Test
    void faultOfOneCleanupDoesNotStopTheOthers() throws InterruptedException {
        var done = new CountDownLatch(1);
        try (var _ =
                Retention.start(
                        List.of(
                                () -> {
                                    throw new IllegalArgumentException("a damaged record");
                                },
                                done::countDown))) {

            assertThat(done.await(10, TimeUnit.MINUTES)).isTrue();
        }
    }
}
