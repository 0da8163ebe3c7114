package dev.millrace.bench.torture;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What can happen to a part of the cluster. */
enum FaultKind {
    /** {@code kill -9} of a service, which restarts. */
    KILL(1, 10),
    /** SIGTERM to a service, which starts again some time after its end. */
    TERM(1, 60),
    /** SIGSTOP, later SIGCONT, of a service. */
    SUSPEND(1, 60),
    /** Longer than the session timeout of a group, so that others take over the partitions. */
    SUSPEND_LONG(50, 60),
    /** One more service runs for a while. */
    SCALE_OUT(20, 60),
    /** All services restart with this build and a new key, an upgrade if another build ran. */
    ROLLING_RESTART(20, 40),
    /** The clock of a service is wrong by 90 seconds for a while. */
    CLOCK_JUMP(5, 60),
    /** The clock of a service is twice as fast for a while, then jumps back. */
    CLOCK_DRIFT(20, 60),
    BROKER_KILL(1, 20),
    BROKER_TERM(1, 20),
    BROKER_SUSPEND(1, 30),
    /** All brokers restart, each when all replicas are in sync. */
    BROKERS_ROLLING_RESTART(20, 40),
    /** The offsets of all routers are lost; an operator accepts that requests are read again. */
    ROUTER_OFFSETS_LOST(15, 30),
    /** The offsets of all workers are lost; an operator accepts that calls are repeated. */
    WORKER_OFFSETS_LOST(15, 30),
    /** Topics of requests, jobs and results get one more partition, up to six. */
    PARTITIONS_ADDED(1, 2),
    /** Nothing passes to one of the listeners of a broker for other brokers. */
    PEER_CUT(1, 60),
    PEER_ONE_WAY(1, 60),
    PEER_SLOW(5, 60),
    /** Nothing passes a connection, which stays open. */
    LINK_CUT(1, 60),
    /** One direction of a connection does not pass. */
    LINK_ONE_WAY(1, 60),
    LINK_SLOW(5, 60),
    /** All connections of a link are reset. */
    LINK_RESET(1, 2),
    DATABASE_KILL(1, 20),
    /** The database is restored from a backup of the fault's begin, while no sink runs. */
    DATABASE_RESTORE(5, 30),
    BROKER_DISK_FULL(5, 40),
    ROUTER_DISK_FULL(5, 40),
    DATABASE_DISK_FULL(5, 40),
    /** The disk of uploaded files is full. */
    FILES_DISK_FULL(5, 40),
    /** The provider refuses connections. */
    PROVIDER_OUTAGE(5, 40),
    /** The provider answers 429. */
    PROVIDER_THROTTLE(5, 40),
    /** The provider answers after the fault. */
    PROVIDER_HANG(5, 40),
    /** Each answer takes 30 s. */
    PROVIDER_SLOW(5, 40),
    /** Half of the answers are billed and unreadable. */
    PROVIDER_GARBAGE(5, 40),
    /** Half of the answers are billed and do not arrive. */
    PROVIDER_BILL_LOST(5, 40),
    /** Most of the answers are billed and break off. */
    PROVIDER_BROKEN_BODY(5, 40);

    static final Set<FaultKind> OF_CLOCKS = Set.of(CLOCK_JUMP, CLOCK_DRIFT);

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

    boolean isFullDisk() {
        return name().endsWith("_DISK_FULL");
    }

    /** Returns true if a process loses what it has without a chance to hand it over. */
    boolean isCrash() {
        return this == KILL || this == SUSPEND || this == SUSPEND_LONG;
    }

    /** Returns true if processes start, or stop after the calls in flight. */
    boolean isPlanned() {
        return this == TERM || this == SCALE_OUT || this == BROKER_TERM;
    }

    /** Returns true if connections between brokers fail. */
    boolean isOfPeers() {
        return name().startsWith("PEER_");
    }

    /** Draws a length; short ones are as likely as long ones on a logarithmic scale. */
    Duration draw(RandomGenerator random) {
        double spread = Math.log((double) maxSeconds / minSeconds);
        double seconds = minSeconds * Math.exp(spread * random.nextDouble());
        return Duration.ofMillis((long) (seconds * 1_000));
    }
}
