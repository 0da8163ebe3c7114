package dev.millrace.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RequestCleanupTest {
    private final AtomicInteger asked = new AtomicInteger();

    /** A client that cannot do anything. */
    private Admin broken() {
        return (Admin)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Admin.class},
                        (_, _, _) -> {
                            asked.incrementAndGet();
                            throw new IllegalStateException("broken");
                        });
    }

    @Nested
    class WhenSomethingUnexpectedHappens {
        @Test
        void itIsTriedAgainWithTheNextTurn() {
            var cleanup = new RequestCleanup(broken(), "router", Set.of("requests"));

            assertThatCode(cleanup::runOnce).doesNotThrowAnyException();
            assertThatCode(cleanup::runOnce).doesNotThrowAnyException();

            assertThat(asked).hasValue(2);
        }
    }
}
