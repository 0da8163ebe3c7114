package dev.millrace.worker.token;

import dev.millrace.configuration.Secret;
import dev.millrace.configuration.TokenCommand;
import dev.millrace.worker.call.ExpiringKey;
import dev.millrace.worker.call.Redaction;
import dev.millrace.worker.port.LoopClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key that a command prints. Calls use the latest token while another thread runs the command
 * again, before the token expires. Can be used from any thread.
 */
public final class TokenKey implements ExpiringKey {
    private static final Logger LOG = LoggerFactory.getLogger(TokenKey.class);

    /** Longest run of a command, for which calls without a token wait. */
    private static final Duration LONGEST_RUN = Duration.ofSeconds(30);

    /** A token is replaced this long before its expiry, or after 80 % of its life. */
    private static final long LONGEST_MARGIN_NANOS = TimeUnit.MINUTES.toNanos(5);

    /** Least age of a token for a run because the token is refused. */
    private static final long LEAST_AGE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Longest pause after a failed run; the first is a second, and each next one twice as long. */
    private static final long LONGEST_PAUSE_SECONDS = 60;

    /** Life of a token whose expiry is unknown. */
    private static final long ENDLESS_NANOS = Long.MAX_VALUE / 4;

    private final String name;
    private final TokenCommand command;
    private final LoopClock clock;
    private final Consumer<Secret> onReplaced;

    private Secret token = Secret.unset("");
    private long startedNanos;
    private long expiresNanos;

    /** When the next run is due. */
    private long nextNanos;

    /** Failed runs since the latest token. */
    private int failures;

    private String problem = "";
    private CompletableFuture<Secret> running = CompletableFuture.completedFuture(token);

    /**
     * @param key the key in words, such as {@code key 1 of vertex}
     * @param onReplaced receives each new token
     */
    public TokenKey(
            String key, TokenCommand command, LoopClock clock, Consumer<Secret> onReplaced) {
        this.name = "the command of " + key;
        this.command = command;
        this.clock = clock;
        this.onReplaced = onReplaced;
        this.nextNanos = clock.nanos();
    }

    @Override
    public Secret value() {
        return after(now -> !at(now).isSet() && now - nextNanos >= 0).join();
    }

    @Override
    public void renewIfDue() {
        var _ = after(now -> now - nextNanos >= 0);
    }

    @Override
    public Optional<Secret> afterRefusal(Secret refused) {
        Secret next =
                after(now -> token.equals(refused) && now - startedNanos >= LEAST_AGE_NANOS).join();
        return Optional.of(next).filter(it -> it.isSet() && !it.equals(refused));
    }

    /**
     * Returns the token after a run, which the given condition demands; otherwise the present one.
     */
    private synchronized CompletableFuture<Secret> after(LongPredicate needsRun) {
        long now = clock.nanos();
        if (!needsRun.test(now)) {
            return CompletableFuture.completedFuture(at(now));
        }
        if (running.isDone()) {
            running = CompletableFuture.supplyAsync(this::print, Thread::startVirtualThread);
        }
        return running;
    }

    private Secret print() {
        long started = clock.nanos();
        Instant date = clock.now();
        return switch (TokenProgram.run(command, LONGEST_RUN, date)) {
            case PrintedToken.Token(Secret printed, Optional<Instant> expires) ->
                    onPrinted(printed, expires.map(it -> Duration.between(date, it)), started);
            case PrintedToken.Problem(String message) -> onFailed(message);
        };
    }

    private synchronized Secret onPrinted(Secret printed, Optional<Duration> left, long started) {
        boolean isNew = !printed.equals(token);
        long life =
                Math.min(
                        left.map(TimeUnit.NANOSECONDS::convert).orElse(ENDLESS_NANOS),
                        ENDLESS_NANOS);
        long use = life - Math.min(life / 5, LONGEST_MARGIN_NANOS);
        Duration refresh = command.refresh().orElse(TokenCommand.DEFAULT_REFRESH);
        token = printed;
        startedNanos = started;
        expiresNanos = started + life;
        nextNanos = started + Math.min(use, TimeUnit.NANOSECONDS.convert(refresh));
        failures = 0;
        if (isNew) {
            onReplaced.accept(token);
        }
        return token;
    }

    private synchronized Secret onFailed(String message) {
        long pause = Math.min(1L << Math.min(failures, 6), LONGEST_PAUSE_SECONDS);
        long now = clock.nanos();
        nextNanos = now + TimeUnit.SECONDS.toNanos(pause);
        failures++;
        problem =
                name
                        + " "
                        + (token.isSet() ? Redaction.redacted(message, List.of(token)) : message);
        if (failures == 1 && at(now).isSet()) {
            LOG.atWarn().log("{}; calls continue with the former token until it expires", problem);
        }
        return at(now);
    }

    /** Returns the token, or the reason why there is none. */
    private Secret at(long now) {
        return token.isSet() && now - expiresNanos < 0 ? token : Secret.unset(problem);
    }
}
