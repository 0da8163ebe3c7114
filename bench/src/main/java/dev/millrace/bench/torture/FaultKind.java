package dev.millrace.bench.torture;

import java.time.Duration;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** What can happen to a part of the cluster. */
enum FaultKind {
    /** {@code kill -9} of a service, which restarts. */
    KILL(1, 10),
    /** SIGTERM to a service, which restarts. */
    TERM(1, 10),
    /** SIGSTOP, later SIGCONT, of a service. */
    SUSPEND(1, 60),
    /** Longer than the session timeout of a group, so that others take over the partitions. */
    SUSPEND_LONG(50, 60),
    BROKER_KILL(1, 20),
    BROKER_TERM(1, 20),
    BROKER_SUSPEND(1, 30),
    /** Nothing passes a connection, which stays open. */
    LINK_CUT(1, 60),
    /** One direction of a connection does not pass. */
    LINK_ONE_WAY(1, 60),
    LINK_SLOW(5, 60),
    /** All connections of a link are reset. */
    LINK_RESET(1, 2),
    DATABASE_KILL(1, 20),
    /** The provider refuses connections. */
    PROVIDER_OUTAGE(5, 40),
    /** The provider answers 429. */
    PROVIDER_THROTTLE(5, 40),
    /** The provider answers after the fault. */
    PROVIDER_HANG(5, 40);

    private final int minSeconds;
    private final int maxSeconds;

    FaultKind(int minSeconds, int maxSeconds) {
        this.minSeconds = minSeconds;
        this.maxSeconds = maxSeconds;
    }

    /** Returns the name used in options and tables. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Draws a length; short ones are as likely as long ones on a logarithmic scale. */
    Duration draw(RandomGenerator random) {
        double spread = Math.log((double) maxSeconds / minSeconds);
        double seconds = minSeconds * Math.exp(spread * random.nextDouble());
        return Duration.ofMillis((long) (seconds * 1_000));
    }
}
