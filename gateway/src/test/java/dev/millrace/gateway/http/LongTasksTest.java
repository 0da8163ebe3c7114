package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gateway.tenant.TenantSlots;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LongTasksTest {
    private final TenantSlots slots = new TenantSlots(2, 1);
    private final CountDownLatch end = new CountDownLatch(1);

    private LongTasks tasks(Duration slotWait) {
        return new LongTasks(
                "test",
                slots,
                slotWait,
                () -> ApiError.of(ErrorKind.RATE_LIMITED, "too_many", "too many tasks"));
    }

    /** Starts a task that runs until {@link #end}. */
    private FutureTask<String> occupy(LongTasks tasks) {
        var first =
                new FutureTask<>(
                        () ->
                                tasks.compute(
                                        "acme",
                                        () -> {
                                            end.await();
                                            return "first";
                                        }));
        Thread.startVirtualThread(first);
        Awaitility.await().until(() -> slots.taken() == 1);
        return first;
    }

    @Test
    void taskWaitsForASlotOfItsTenant() throws Exception {
        var tasks = tasks(Duration.ofHours(1));
        var first = occupy(tasks);
        var second = new FutureTask<>(() -> tasks.compute("acme", () -> "second"));

        Thread waiting = Thread.ofPlatform().start(second);
        Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        assertThat(tasks.compute("other", () -> "other")).isEqualTo("other");
        end.countDown();

        assertThat(first.get()).isEqualTo("first");
        assertThat(second.get()).isEqualTo("second");
        assertThat(slots.taken()).isZero();
    }

    @Test
    void taskIsRefusedAfterItsWait() throws Exception {
        var tasks = tasks(Duration.ofNanos(1));
        var first = occupy(tasks);

        assertThatThrownBy(() -> tasks.compute("acme", () -> "second"))
                .hasMessageContaining("too many tasks");

        end.countDown();
        assertThat(first.get()).isEqualTo("first");
        assertThat(tasks.compute("acme", () -> "third")).isEqualTo("third");
    }
}
