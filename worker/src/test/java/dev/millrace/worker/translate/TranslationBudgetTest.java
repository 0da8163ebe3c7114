package dev.millrace.worker.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TranslationBudgetTest {
    private final TranslationBudget budget = new TranslationBudget(10 << 10);

    @Test
    void bodyTakesItsBytesOnlyWhileItIsTranslated() {
        assertThat(budget.within(3 << 10, budget::freeBytes)).isEqualTo(7 << 10);
        assertThat(budget.freeBytes()).isEqualTo(10 << 10);
    }

    @Test
    void longerBodyTakesTheWholeBudget() {
        assertThat(budget.within(Integer.MAX_VALUE, budget::freeBytes)).isZero();
        assertThat(budget.freeBytes()).isEqualTo(10 << 10);
    }

    @Test
    void failedTranslationReturnsItsBytes() {
        assertThatThrownBy(
                        () ->
                                budget.within(
                                        1,
                                        () -> {
                                            throw new IllegalStateException("test");
                                        }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(budget.freeBytes()).isEqualTo(10 << 10);
    }

    @Test
    void bodyWaitsUntilItsBytesAreFree() {
        var seen = new CompletableFuture<Long>();
        var second =
                Thread.ofPlatform()
                        .unstarted(() -> seen.complete(budget.within(6 << 10, budget::freeBytes)));

        budget.within(
                6 << 10,
                () -> {
                    second.start();
                    await().until(() -> second.getState() == Thread.State.WAITING);
                    return assertThat(seen).isNotDone();
                });

        assertThat(seen.join()).isEqualTo(4 << 10);
    }
}
