package dev.millrace.router.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RequestCleanupTest {
    private final AtomicInteger calls = new AtomicInteger();

    /** A client whose every call fails. */
    private Admin failing(RuntimeException failure) {
        return (Admin)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Admin.class},
                        (_, _, _) -> {
                            calls.incrementAndGet();
                            throw failure;
                        });
    }

    private RequestCleanup cleanup(RuntimeException failure) {
        return new RequestCleanup(failing(failure), "router", Set.of("requests"));
    }

    @Nested
    class WhenAPermissionIsMissing {
        @Test
        void problemNamesTheTopic() throws InterruptedException {
            var cleanup = cleanup(new TopicAuthorizationException(Set.of("requests")));
            assertThat(cleanup.problem()).isEmpty();

            cleanup.runOnce();

            assertThat(cleanup.problem())
                    .hasValueSatisfying(
                            it ->
                                    assertThat(it)
                                            .startsWith("routed requests cannot be deleted")
                                            .contains("requests"));
        }
    }

    @Nested
    class WhenTheClusterDoesNotAnswer {
        @Test
        void noProblemIsReported() throws InterruptedException {
            var cleanup = cleanup(new TimeoutException("late"));

            cleanup.runOnce();

            assertThat(cleanup.problem()).isEmpty();
        }
    }

    @Nested
    class WhenTheClientThrows {
        @Test
        void nextRunRetries() {
            var cleanup = cleanup(new IllegalStateException("broken"));

            assertThatCode(cleanup::runOnce).doesNotThrowAnyException();
            assertThatCode(cleanup::runOnce).doesNotThrowAnyException();

            assertThat(calls).hasValue(2);
        }
    }
}
