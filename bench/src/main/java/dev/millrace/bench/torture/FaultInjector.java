package dev.millrace.bench.torture;

import dev.millrace.bench.torture.FaultPlan.Fault;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.Outage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Does the planned harm, and heals it. Used by one thread. */
record FaultInjector(
        Services services, Brokers brokers, PostgresProcess database, Simulator simulator) {
    /** Longer than the drain timeout of a worker. */
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);

    private static final int UNAVAILABLE = 503;
    private static final int TOO_MANY_REQUESTS = 429;

    /** Something that begins or ends a fault. */
    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Harms, waits for the length of the fault, and heals.
     *
     * @return what was harmed
     */
    String inflict(Fault fault) throws IOException, InterruptedException {
        RestartableProcess service = pick(services.victims(), fault);
        RestartableProcess broker = pick(brokers.nodes(), fault);
        Link link = pick(links(), fault);
        return switch (fault.kind()) {
            case KILL -> during(fault, service.name(), service::kill, service::start);
            case TERM -> during(fault, service.name(), () -> stop(service), service::start);
            case SUSPEND, SUSPEND_LONG ->
                    during(fault, service.name(), service::suspend, service::resume);
            case BROKER_KILL -> during(fault, broker.name(), broker::kill, broker::start);
            case BROKER_TERM -> during(fault, broker.name(), () -> stop(broker), broker::start);
            case BROKER_SUSPEND -> during(fault, broker.name(), broker::suspend, broker::resume);
            case LINK_CUT -> link(fault, link, Link.State.CUT);
            case LINK_ONE_WAY ->
                    link(
                            fault,
                            link,
                            fault.victim() % 2 == 0
                                    ? Link.State.ONLY_REQUESTS
                                    : Link.State.ONLY_ANSWERS);
            case LINK_SLOW -> link(fault, link, Link.State.SLOW);
            case LINK_RESET -> during(fault, link.name(), link::reset, link::reset);
            case DATABASE_KILL -> during(fault, "database", database::kill, database::start);
            case PROVIDER_OUTAGE -> outage(fault, Outage.Form.REFUSED, UNAVAILABLE);
            case PROVIDER_THROTTLE -> outage(fault, Outage.Form.STATUS, TOO_MANY_REQUESTS);
            case PROVIDER_HANG -> outage(fault, Outage.Form.STALL, UNAVAILABLE);
        };
    }

    private static String during(Fault fault, String victim, Act harm, Act heal)
            throws IOException, InterruptedException {
        harm.run();
        Thread.sleep(fault.lasts());
        heal.run();
        return victim;
    }

    private static String link(Fault fault, Link link, Link.State state)
            throws IOException, InterruptedException {
        return during(fault, link.name(), () -> link.set(state), () -> link.set(Link.State.PASS));
    }

    private String outage(Fault fault, Outage.Form form, int status)
            throws IOException, InterruptedException {
        var outage = new Outage(Duration.ZERO, fault.lasts(), form, status);
        return during(
                fault,
                "provider",
                () -> simulator.outages().add(outage),
                () -> simulator.outages().clear());
    }

    private static void stop(RestartableProcess process) throws InterruptedException {
        process.terminate(STOP_TIMEOUT);
    }

    private List<Link> links() {
        return Stream.concat(brokers.links().stream(), services.links().stream()).toList();
    }

    private static <T> T pick(List<T> all, Fault fault) {
        return all.get(fault.victim() % all.size());
    }
}
