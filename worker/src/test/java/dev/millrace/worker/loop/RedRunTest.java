package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.worker.tier.Tiers;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RedRunTest {
    private static void fails(ThrowingCallable test) {
        Tiers.RED.set(true);
        try {
            assertThatThrownBy(
                            () -> {
                                try {
                                    test.call();
                                } catch (java.lang.reflect.InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            })
                    .isInstanceOf(AssertionError.class)
                    .satisfies(it -> System.out.println("RED " + it.getMessage()));
        } finally {
            Tiers.RED.remove();
        }
    }

    @Test
    void unread() {
        fails(() -> new CheaperTierLoopTest().new WhenAPartitionHasUnreadJobs().latestStartCountsThem());
    }

    @Test
    void standardTimeout() {
        fails(() -> new CheaperTierLoopTest().new WhenSomeCallsAreSlow().timeoutAtTheStandardTierCounts());
    }

    @Test
    void cheaperTimeout() {
        fails(() -> new CheaperTierLoopTest().new WhenSomeCallsAreSlow().timeoutAtTheCheaperTierCounts());
    }

    @Test
    void permit() {
        fails(
                () ->
                        new CheaperTierLoopTest()
                                .new WhenSomeCallsAreSlow()
                                        .waitForAPermitThatAnotherWorkerHasTakenCounts());
    }

    @Test
    void leader() {
        fails(
                () -> {
                    Class<?> outer = Class.forName("dev.millrace.worker.prompt.WarmPromptsTest");
                    var make = outer.getDeclaredConstructor();
                    make.setAccessible(true);
                    Class<?> inner =
                            Class.forName(
                                    "dev.millrace.worker.prompt.WarmPromptsTest$WhileAPrefixIsCold");
                    var nested = inner.getDeclaredConstructor(outer);
                    nested.setAccessible(true);
                    var test = inner.getDeclaredMethod("timeBetweenTwoLeadersDoesNotCount");
                    test.setAccessible(true);
                    test.invoke(nested.newInstance(make.newInstance()));
                });
    }
}
