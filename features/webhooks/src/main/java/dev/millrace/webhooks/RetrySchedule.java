package dev.millrace.webhooks;

import dev.millrace.webhooks.http.Poster.ReceiverAnswer;
import dev.millrace.webhooks.outbox.DeliveryQueue.AttemptResult;
import dev.millrace.webhooks.outbox.DeliveryState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** Decides what follows an attempt: about a day of attempts with growing waits, then the end. */
final class RetrySchedule {
    /** The waits after each attempt, which are extended by up to a fifth at random. */
    private static final List<Duration> WAITS =
            List.of(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(30),
                    Duration.ofHours(1),
                    Duration.ofHours(2),
                    Duration.ofHours(4),
                    Duration.ofHours(6),
                    Duration.ofHours(8));

    static final int MAX_ATTEMPTS = WAITS.size() + 1;
    private static final double JITTER = 0.2;

    /** Longest wait that a receiver can ask for. */
    private static final Duration MAX_WAIT = Duration.ofHours(24);

    private static final int GONE = 410;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final RandomGenerator random;

    RetrySchedule(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Returns the result of an attempt, with the time of the next attempt if there is one.
     *
     * @param attempt number of the attempt, from 1
     * @param now when it ended
     */
    AttemptResult after(int attempt, ReceiverAnswer answer, Instant now) {
        return switch (answer) {
            case ReceiverAnswer.Received(int status, _, _) when status / 100 == 2 ->
                    new AttemptResult(
                            DeliveryState.DELIVERED,
                            OptionalInt.of(status),
                            Optional.empty(),
                            now,
                            now);
            case ReceiverAnswer.Received(int status, _, _) when status == GONE ->
                    failed(OptionalInt.of(status), "410: the receiver wants no more events", now);
            case ReceiverAnswer.Received(int status, Optional<Duration> asked, _) ->
                    next(
                            attempt,
                            OptionalInt.of(status),
                            problem(status),
                            status == TOO_MANY_REQUESTS || status == UNAVAILABLE
                                    ? asked.orElse(Duration.ZERO)
                                    : Duration.ZERO,
                            now);
            case ReceiverAnswer.Missing(String reason) ->
                    next(attempt, OptionalInt.empty(), reason, Duration.ZERO, now);
        };
    }

    /** Returns the end of a delivery whose last attempt has no known result. */
    static AttemptResult abandoned(Instant now) {
        return failed(OptionalInt.empty(), "the sink ended during the last attempt", now);
    }

    private static String problem(int status) {
        return status / 100 == 3
                ? status + ": redirects are not followed; configure the address itself"
                : "status " + status;
    }

    private AttemptResult next(
            int attempt, OptionalInt status, String problem, Duration asked, Instant now) {
        if (attempt >= MAX_ATTEMPTS) {
            return failed(status, problem, now);
        }
        long millis = WAITS.get(attempt - 1).toMillis();
        Duration wait =
                Duration.ofMillis(millis + Math.round(millis * JITTER * random.nextDouble()));
        Duration bounded = asked.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : asked;
        return new AttemptResult(
                DeliveryState.WAITING,
                status,
                Optional.of(problem),
                now,
                now.plus(bounded.compareTo(wait) > 0 ? bounded : wait));
    }

    private static AttemptResult failed(OptionalInt status, String problem, Instant now) {
        return new AttemptResult(DeliveryState.FAILED, status, Optional.of(problem), now, now);
    }
}
