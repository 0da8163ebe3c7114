package dev.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.client.request.Request;
import dev.millrace.producer.MillraceProducer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The cluster does not answer, so that no call is published. */
class MillraceClientTest {
    private final CountDownLatch answering = new CountDownLatch(1);
    private final ClientOptions options = ClientOptions.of("127.0.0.1:9");
    private final MillraceClient client =
            new MillraceClient(
                    options,
                    MillraceProducer.open(options.producer()),
                    new ReplyReader(this::open),
                    InstantSource.fixed(Instant.EPOCH));

    private final Request request = Request.response("gpt-4.1").input("Hi").build();

    private ReplyReader.Replies open() throws InterruptedException {
        answering.await();
        throw new IllegalStateException("the test lets nothing answer");
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void callOfAJobThatIsAwaitedIsRefused() {
        CompletableFuture<Answer> first = client.call(request);

        assertThat(client.call(request)).isCompletedExceptionally();
        assertThat(first).isNotDone();
    }

    @Test
    void cancelledCallIsNoLongerAwaited() {
        assertThat(client.call(request).cancel(false)).isTrue();

        assertThat(client.call(request)).isNotDone();
    }

    @Test
    void callEndsWithItsTimeout() {
        assertThat(client.call(request, Duration.ofMillis(1)))
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void callThatTimedOutIsNoLongerAwaited() {
        CompletableFuture<Answer> first = client.call(request, Duration.ofMillis(1));

        await().until(first::isDone);
        await().untilAsserted(() -> assertThat(client.call(request)).isNotDone());
    }

    @Test
    void waitingCallsFailWhenTheClientIsClosed() {
        CompletableFuture<Answer> call = client.call(request);

        client.close();

        assertThat(call).isCompletedExceptionally();
        assertThat(client.call(request)).isCompletedExceptionally();
    }
}
