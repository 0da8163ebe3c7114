package dev.millrace.bench.torture;

import static java.net.HttpURLConnection.HTTP_UNAVAILABLE;

import dev.millrace.bench.torture.ClientHistory.ClientAnswer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client of all gateways: calls and streams, some abandoned, some repeated with their idempotency
 * key until they are answered. Used by one thread.
 */
final class CallLoad implements Load.Loop {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Bounds of the times after which a client abandons a call. */
    private static final int SHORTEST_MILLIS = 50;

    private static final int LONGEST_MILLIS = 2_050;
    private static final long PAUSE_MILLIS = 200;

    /** Bound of the repetitions of one call; a fault lasts at most a minute. */
    private static final int MAX_TRIES = 500;

    private final Load.Target target;
    private final RandomGenerator random;

    CallLoad(Load.Target target, RandomGenerator random) {
        this.target = target;
        this.random = random;
    }

    @Override
    public void runOnce() throws InterruptedException {
        LoadRequest request = LoadRequest.draw(random, target.marker());
        boolean isStream = random.nextBoolean();
        int kind = random.nextInt(10);
        if (kind < 4) {
            repeatUntilAnswered(request, isStream);
            return;
        }
        int abandonedMillis = random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS);
        Duration timeout = kind == 4 ? Duration.ofMillis(abandonedMillis) : PATIENCE;
        if (send(request, isStream, null, timeout).isEmpty()) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** Repeats a call, and sometimes repeats it once more after its answer. */
    private void repeatUntilAnswered(LoadRequest request, boolean isStream)
            throws InterruptedException {
        String key = "key-" + target.marker().next();
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Optional<ClientAnswer> answer = send(request, isStream, key, PATIENCE);
            if (answer.filter(it -> it.status() != HTTP_UNAVAILABLE && it.isComplete())
                    .isPresent()) {
                if (random.nextBoolean()) {
                    send(request, isStream, key, PATIENCE);
                }
                return;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** Calls any gateway; empty if the connection broke or the client went. */
    private Optional<ClientAnswer> send(
            LoadRequest request, boolean isStream, @Nullable String key, Duration timeout)
            throws InterruptedException {
        String body = request.gatewayBody(isStream);
        var post = target.post(random, request.endpoint().url(), Load.JSON, body).timeout(timeout);
        if (key != null) {
            post.header("Idempotency-Key", key);
        }
        Optional<ClientAnswer> answer =
                target.send(post).map(it -> answer(request.marker(), key, it));
        answer.ifPresent(target.history().answers()::add);
        return answer;
    }

    private static ClientAnswer answer(
            String marker, @Nullable String key, HttpResponse<String> response) {
        String body = response.body();
        String type = response.headers().firstValue("Content-Type").orElse("");
        boolean isStream = type.startsWith("text/event-stream");
        return new ClientAnswer(
                marker,
                key,
                response.headers().firstValue("X-Millrace-Job").orElse(null),
                response.statusCode(),
                isStream ? AnswerText.ofEvents(body) : AnswerText.ofBody(body).orElse(body),
                !isStream || AnswerText.isComplete(body));
    }
}
