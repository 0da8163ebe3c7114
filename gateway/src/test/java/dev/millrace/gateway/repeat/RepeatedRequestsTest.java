package dev.millrace.gateway.repeat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.http.RunningServer;
import dev.millrace.gateway.store.DiskFileStore;
import dev.millrace.gateway.store.ObjectPath;
import dev.millrace.gateway.store.ObjectPath.Kind;
import dev.millrace.gateway.store.TenantFolder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepeatedRequestsTest {
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-26T08:00:00Z"));
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger claimed = new AtomicInteger();
    private final CountDownLatch isClaimed = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private volatile boolean waits;

    @TempDir Path folder;
    private RepeatedRequests repeats;
    private RunningServer server;

    @BeforeEach
    void start() {
        repeats = new RepeatedRequests(new DiskFileStore(folder), now::get);
        serve();
    }

    private void serve() {
        server =
                RunningServer.of(
                        List.of(
                                HttpRoute.post("make", it -> make(it, false)),
                                HttpRoute.post("die", it -> make(it, true))));
    }

    private void start(int maxTenantKeys) {
        start(new RepeatedRequests(new DiskFileStore(folder), now::get, maxTenantKeys));
    }

    private void start(RepeatedRequests others) {
        server.close();
        repeats = others;
        serve();
    }

    /** The room that uploads leave is for the records of accepted batches. */
    @Test
    void newKeysAreRefusedWhileTheDiskIsAlmostFull() throws Exception {
        assertThat(send("make", "a", "k").body()).isEqualTo("id-1");
        start(new RepeatedRequests(new DiskFileStore(folder, _ -> 0), now::get));

        HttpResponse<String> refused = send("make", "b", "other");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("disk_full");
        assertThat(send("make", "a", "k").body()).isEqualTo("id-1");
        assertThat(server.send("POST", "/v1/make", "c").statusCode()).isEqualTo(200);
    }

    @AfterEach
    void stop() {
        mayEnd.countDown();
        server.close();
    }

    /** Creates an object, whose id is the number of earlier claims. */
    private void make(Exchange exchange, boolean dies) throws IOException, InterruptedException {
        String digest = new String(exchange.body(), UTF_8);
        String id = "id-" + claimed.incrementAndGet();
        var claim = repeats.claim(exchange, digest, id);
        if (dies) {
            // A killed gateway neither completes nor closes its claim.
            throw ApiError.overloaded(Duration.ofSeconds(1), "dead");
        }
        try (claim) {
            if (digest.equals("wrong")) {
                throw ApiError.invalid("body", "is wrong");
            }
            if (waits && !claim.isRepeat()) {
                isClaimed.countDown();
                mayEnd.await();
            }
            if (!claim.isRepeat()) {
                made.incrementAndGet();
            }
            claim.complete(digest, claim.id());
            exchange.sendJson(claim.id().getBytes(UTF_8));
        }
    }

    private HttpResponse<String> send(String path, String body, String key) throws Exception {
        return server.send("POST", "/v1/" + path, body, "Idempotency-Key", key);
    }

    @Test
    void repeatGetsTheObjectOfTheFirstRequest() throws Exception {
        assertThat(send("make", "a", "k").body()).isEqualTo("id-1");
        assertThat(send("make", "a", "k").body()).isEqualTo("id-1");
        assertThat(send("make", "a", "other").body()).isEqualTo("id-3");
        assertThat(made).hasValue(2);
    }

    @Test
    void requestsWithoutAKeyAreNotRepeats() throws Exception {
        assertThat(server.send("POST", "/v1/make", "a").body()).isEqualTo("id-1");
        assertThat(server.send("POST", "/v1/make", "a").body()).isEqualTo("id-2");
    }

    @Test
    void keyOfAnotherRequestIsRefused() throws Exception {
        assertThat(send("make", "a", "k").statusCode()).isEqualTo(200);

        HttpResponse<String> other = send("make", "b", "k");

        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.body()).contains("idempotency_error", "new key");
    }

    @Test
    void repeatWaitsForTheFirstRequest() throws Exception {
        waits = true;
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = clients.submit(() -> send("make", "a", "k"));
            isClaimed.await();
            var second = clients.submit(() -> send("make", "a", "k"));
            HttpResponse<String> other = send("make", "b", "k");
            mayEnd.countDown();

            assertThat(first.get().body()).isEqualTo("id-1");
            assertThat(second.get().body()).isEqualTo("id-1");
            assertThat(other.statusCode()).isEqualTo(422);
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void refusedRequestDoesNotTakeItsKey() throws Exception {
        assertThat(send("make", "wrong", "k").statusCode()).isEqualTo(400);

        assertThat(send("make", "a", "k").body()).isEqualTo("id-2");
    }

    @Test
    void requestOfAKilledGatewayIsContinuedWithItsId() throws Exception {
        var _ = send("die", "a", "k");
        now.updateAndGet(it -> it.plus(RepeatedRequests.LONGEST_REQUEST));

        assertThat(send("make", "a", "k").body()).isEqualTo("id-1");
        assertThat(made).hasValue(1);
    }

    @Test
    void oldKeysAreForgotten() throws Exception {
        assertThat(send("make", "a", "old").body()).isEqualTo("id-1");
        now.updateAndGet(it -> it.plus(Duration.ofDays(1)));
        assertThat(send("make", "a", "new").body()).isEqualTo("id-2");

        repeats.deleteBefore(now.get());

        assertThat(send("make", "a", "old").body()).isEqualTo("id-3");
        assertThat(send("make", "a", "new").body()).isEqualTo("id-2");
    }

    @Test
    void damagedKeyDoesNotStopTheCleanup() throws Exception {
        var store = new DiskFileStore(folder);
        TenantFolder tenant = TenantFolder.of("acme");
        var damaged = new ObjectPath(tenant, Kind.REQUESTS, "0");
        var old = new ObjectPath(tenant, Kind.REQUESTS, "1");
        store.write(damaged, "{".getBytes(UTF_8));
        store.write(old, new StoredClaim("a", "id", now.get(), true).toJson());

        repeats.deleteBefore(now.get().plusMillis(1));

        assertThat(store.names(tenant, Kind.REQUESTS)).containsExactly(damaged.name());
    }

    @Test
    void tenantWithTooManyKeysMakesNoneUntilSomeAreForgotten() throws Exception {
        start(2);
        assertThat(send("make", "a", "one").body()).isEqualTo("id-1");
        assertThat(send("make", "a", "two").body()).isEqualTo("id-2");

        HttpResponse<String> third = send("make", "a", "three");

        assertThat(third.statusCode()).isEqualTo(413);
        assertThat(third.body()).contains("storage_limit", "2 Idempotency-Keys");
        assertThat(send("make", "a", "one").body()).isEqualTo("id-1");
        assertThat(server.send("POST", "/v1/make", "a").statusCode()).isEqualTo(200);
        repeats.deleteBefore(now.get().plusMillis(1));
        assertThat(send("make", "a", "three").statusCode()).isEqualTo(200);
    }

    @Test
    void refusedRequestDoesNotCountAsAKey() throws Exception {
        start(1);

        assertThat(send("make", "wrong", "one").statusCode()).isEqualTo(400);

        assertThat(send("make", "a", "two").statusCode()).isEqualTo(200);
        assertThat(send("make", "a", "three").statusCode()).isEqualTo(413);
    }

    @Test
    void keysOfAnEarlierProcessCount() throws Exception {
        assertThat(send("make", "a", "one").statusCode()).isEqualTo(200);

        start(1);

        assertThat(send("make", "a", "two").statusCode()).isEqualTo(413);
        assertThat(send("make", "a", "one").body()).isEqualTo("id-1");
    }
}
