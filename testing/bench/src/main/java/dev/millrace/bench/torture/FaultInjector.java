package dev.millrace.bench.torture;

import static dev.millrace.simulator.settings.ModelSettings.parse;
import static java.net.HttpURLConnection.HTTP_UNAVAILABLE;

import dev.millrace.bench.measurement.WorkFolder;
import dev.millrace.bench.process.Launcher;
import dev.millrace.bench.torture.FaultPlan.Fault;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.simulator.provider.ModelRegistry;
import dev.millrace.simulator.settings.ModelSettings;
import dev.millrace.simulator.settings.Outage;
import dev.millrace.testclusters.FakeClock;
import dev.millrace.testclusters.Link;
import dev.millrace.testclusters.PostgresServer;
import dev.millrace.testclusters.RestartableProcess;
import dev.millrace.testclusters.SmallDisk;
import dev.millrace.testclusters.secured.LinkedBrokers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** Inflicts a planned fault, and heals it. Used by one thread. */
record FaultInjector(WorkFolder folder, Cluster cluster, Fault fault) {
    /** Longer than the drain timeout of a worker. */
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(11);

    private static final int RETURN_SECONDS = 120;
    private static final String BROKEN_BODY =
            "{\"failures\":{\"drop_mid_body\":0.2,\"end_mid_body\":0.2,\"error_mid_stream\":0.2}}";
    private static final String ACCEPT_RESEND = "--accept-resend";
    private static final int TOO_MANY_REQUESTS = 429;

    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Something that begins or ends a fault. */
    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Stops what loses its offsets next: the announcements of running calls would be lost, too, and
     * a call before the loss must be told from its repetition.
     */
    void prepare() throws InterruptedException {
        if (fault.kind() == FaultKind.WORKER_OFFSETS_LOST) {
            stopAll(cluster.services().of("worker"));
        }
    }

    /**
     * Harms, waits for the length of the fault, and heals.
     *
     * @return what was harmed
     */
    String inflict() throws IOException, InterruptedException {
        LinkedBrokers brokers = cluster.brokers();
        Services services = cluster.services();
        PostgresServer database = cluster.postgres();
        RestartableProcess service = pick(services.victims());
        RestartableProcess broker = pick(brokers.nodes());
        RestartableProcess spare = pick(services.spares());
        RestartableProcess router = pick(services.of("router"));
        Link link = pickUsed(fault.kind().isOfPeers() ? brokers.peerLinks() : links());
        return switch (fault.kind()) {
            case KILL -> during(service.name(), service::kill, service::start);
            case TERM -> during(service.name(), () -> stop(service), service::start);
            case SUSPEND, SUSPEND_LONG -> during(service.name(), service::suspend, service::resume);
            case SCALE_OUT -> during(spare.name(), spare::start, () -> stop(spare));
            case ROLLING_RESTART -> upgrade();
            case CLOCK_JUMP -> clock(service, fault.victim() % 2 == 0 ? 90 : -90, 0);
            case CLOCK_DRIFT -> clock(service, 0, 1);
            case BROKER_KILL -> during(broker.name(), broker::kill, broker::start);
            case BROKER_TERM -> during(broker.name(), () -> stop(broker), broker::start);
            case BROKER_SUSPEND -> during(broker.name(), broker::suspend, broker::resume);
            case BROKERS_ROLLING_RESTART -> restart(brokers.nodes());
            case ROUTER_OFFSETS_LOST -> loseOffsets("router", cluster.topics().routerGroup());
            case WORKER_OFFSETS_LOST -> loseOffsets("worker", cluster.topics().workerGroup());
            case PARTITIONS_ADDED ->
                    during("topics", () -> brokers.addPartition(growing()), () -> {});
            case PEER_CUT, LINK_CUT -> link(link, Link.State.CUT);
            case PEER_ONE_WAY, LINK_ONE_WAY -> link(link, oneWay());
            case PEER_SLOW, LINK_SLOW -> link(link, Link.State.SLOW);
            case LINK_RESET -> during(link.name(), link::reset, link::reset);
            case DATABASE_KILL -> during("database", database::stop, database::resume);
            case DATABASE_RESTORE ->
                    during(
                            "database",
                            () -> database.backUp(cluster.jdbcUrl()),
                            this::restoreDatabase);
            case BROKER_DISK_FULL -> fullDisk(folder.file(broker.name()), broker::restart);
            case ROUTER_DISK_FULL -> fullDisk(folder.file(router.name()), router::restart);
            case DATABASE_DISK_FULL -> fullDisk(database.folder(), database::restart);
            case FILES_DISK_FULL -> fullDisk(Services.files(folder), () -> {});
            case PROVIDER_OUTAGE -> outage(Outage.Form.REFUSED, HTTP_UNAVAILABLE);
            case PROVIDER_THROTTLE -> outage(Outage.Form.STATUS, TOO_MANY_REQUESTS);
            case PROVIDER_HANG -> outage(Outage.Form.STALL, HTTP_UNAVAILABLE);
            case PROVIDER_SLOW -> provider("{\"latency\":\"30s\"}");
            case PROVIDER_GARBAGE -> provider("{\"failures\":{\"garbage\":0.5}}");
            case PROVIDER_BILL_LOST -> provider("{\"failures\":{\"drop_after_billing\":0.5}}");
            case PROVIDER_BROKEN_BODY -> provider(BROKEN_BODY);
        };
    }

    private String during(String victim, Act harm, Act heal)
            throws IOException, InterruptedException {
        harm.run();
        Thread.sleep(fault.lasts());
        heal.run();
        return victim;
    }

    private String link(Link link, Link.State state) throws IOException, InterruptedException {
        return during(link.name(), () -> link.set(state), () -> link.set(Link.State.PASS));
    }

    private String outage(Outage.Form form, int status) throws IOException, InterruptedException {
        var outage = new Outage(Duration.ZERO, fault.lasts(), form, status);
        return during(
                "provider",
                () -> cluster.simulator().outages().add(outage),
                () -> cluster.simulator().outages().clear());
    }

    /** Changes settings of all models for the length of a fault. */
    private String provider(String settings) throws IOException, InterruptedException {
        ModelRegistry models = cluster.simulator().models();
        Map<String, ModelSettings> usual = models.settings();
        return during(
                "provider",
                () -> usual.forEach((it, own) -> models.put(it, parse(settings, own))),
                () -> usual.forEach(models::put));
    }

    private String clock(RestartableProcess service, long jump, long drift)
            throws IOException, InterruptedException {
        var clock = FakeClock.of(service, folder.path());
        for (long second = 0; second < fault.lasts().toSeconds(); second++) {
            clock.set(jump + second * drift);
            Thread.sleep(Duration.ofSeconds(1));
        }
        clock.set(0);
        return "%s by %+d s and %d %%".formatted(service.name(), jump, 100 * drift);
    }

    private String fullDisk(Path folder, Act restart) throws IOException, InterruptedException {
        SmallDisk disk = Objects.requireNonNull(cluster.disks().get(folder));
        return during(
                folder.getFileName().toString(),
                disk::fill,
                () -> {
                    disk.free();
                    restart.run();
                });
    }

    private void restoreDatabase() throws IOException, InterruptedException {
        List<RestartableProcess> sinks = cluster.services().of("sink");
        sinks.forEach(RestartableProcess::kill);
        cluster.postgres().restore(cluster.jdbcUrl());
        RestartableProcess.startAll(sinks);
    }

    /** Restarts processes, each when the one before is back. */
    private String restart(List<RestartableProcess> all) throws IOException, InterruptedException {
        var late = new ArrayList<String>();
        for (RestartableProcess process : all) {
            stop(process);
            process.start();
            if (!await(() -> isBack(process))) {
                late.add(process.name());
            }
        }
        return "all (not back in time: %s)".formatted(late);
    }

    /** Returns false if a condition does not become true in time. */
    static boolean await(Condition condition) throws IOException, InterruptedException {
        for (int second = 0; !condition.holds(); second++) {
            if (second == RETURN_SECONDS) {
                return false;
            }
            Thread.sleep(Duration.ofSeconds(1));
        }
        return true;
    }

    /**
     * Deletes the offsets of workers that stopped or routers that were killed. What their health
     * then demands, an operator does: one starts with {@code --accept-resend}, later all without.
     */
    private String loseOffsets(String command, String group)
            throws IOException, InterruptedException {
        List<RestartableProcess> members = cluster.services().of(command);
        members.forEach(RestartableProcess::kill);
        LinkedBrokers brokers = cluster.brokers();
        Set<TopicPartition> committed = brokers.committed(group);
        boolean isLost = await(() -> brokers.deleteOffsets(group));
        RestartableProcess.startAll(members);
        boolean isRefused =
                await(
                        () ->
                                members.stream().anyMatch(it -> !it.isAlive())
                                        || cluster.services().healthOf(members).contains("offset"));
        RestartableProcess first = members.getFirst();
        first.builder().command().add(ACCEPT_RESEND);
        stopAll(members);
        first.start();
        boolean isBack =
                await(
                        () ->
                                cluster.services().isReady(first)
                                        && brokers.committed(group).containsAll(committed));
        Thread.sleep(fault.lasts());
        stop(first);
        first.builder().command().remove(ACCEPT_RESEND);
        RestartableProcess.startAll(members);
        return "%s group (lost: %s, refused: %s, resumed: %s)"
                .formatted(command, isLost, isRefused, isBack);
    }

    private static void stopAll(List<RestartableProcess> processes) throws InterruptedException {
        for (RestartableProcess process : processes) {
            stop(process);
        }
    }

    private boolean isBack(RestartableProcess process) throws InterruptedException {
        return cluster.brokers().nodes().contains(process)
                ? cluster.brokers().isInSync()
                : cluster.services().isReady(process);
    }

    /** Restarts all services with this build and a new key of the provider. */
    private String upgrade() throws IOException, InterruptedException {
        ProcessBuilder own = Launcher.millrace(List.of());
        cluster.acceptKeys(cluster.services().apiKey(), cluster.services().rotateKey());
        for (RestartableProcess process : cluster.services().processes()) {
            process.builder().command().set(0, own.command().getFirst());
            process.builder().environment().putAll(own.environment());
        }
        String restarted = restart(cluster.services().processes());
        cluster.acceptKeys(cluster.services().apiKey());
        return restarted;
    }

    /** Returns topics that may grow; costs and others need a partition for each one of jobs. */
    private List<String> growing() {
        Topics topics = cluster.topics();
        var all =
                new ArrayList<>(
                        List.of(
                                topics.requests(),
                                topics.results(),
                                topics.costs(),
                                topics.budgetGrants(),
                                topics.parts(),
                                topics.retrievals(),
                                topics.retrieved()));
        LoadModel.ALL.forEach(it -> all.add(topics.jobs(it.name(), Lane.NORMAL)));
        return all;
    }

    private Link.State oneWay() {
        return fault.victim() % 2 == 0 ? Link.State.ONLY_REQUESTS : Link.State.ONLY_ANSWERS;
    }

    private static void stop(RestartableProcess process) throws InterruptedException {
        process.terminate(STOP_TIMEOUT);
    }

    private List<Link> links() {
        return Stream.concat(
                        cluster.brokers().links().stream(), cluster.services().links().stream())
                .toList();
    }

    /** Picks a link with a connection, since a fault of another link harms nothing. */
    private Link pickUsed(List<Link> all) {
        List<Link> turned = new ArrayList<>(all);
        Collections.rotate(turned, -(fault.victim() % all.size()));
        return turned.stream().filter(Link::isUsed).findFirst().orElseGet(turned::getFirst);
    }

    private <T> T pick(List<T> all) {
        return all.get(fault.victim() % all.size());
    }
}
