package dev.millrace.gateway.serving;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * The routers and workers of a pipeline, and the topics that they read. A group that distributes
 * its partitions counts as running.
 *
 * @param topics names of the topics
 * @param models models that have a topic, so that their jobs need a worker; the router decides
 *     about the jobs of other models
 */
public record RunningServices(
        Topics topics, GroupMembers routers, GroupMembers workers, Set<String> models) {
    public RunningServices {
        models = Set.copyOf(models);
    }

    /** Asks for the services that run, and for the topics of the catalog's models. */
    public static CompletableFuture<RunningServices> read(
            Admin admin, Topics topics, Catalog catalog) {
        var models = modelsWithTopics(admin, topics, catalog);
        return GroupMembers.read(admin, topics.routerGroup())
                .thenCombine(
                        GroupMembers.read(admin, topics.workerGroup()),
                        (routers, workers) ->
                                new RunningServices(topics, routers, workers, Set.of()))
                .thenCombine(
                        models,
                        (it, found) ->
                                new RunningServices(it.topics, it.routers, it.workers, found));
    }

    /** A model takes jobs when its normal lane has a topic. */
    private static CompletableFuture<Set<String>> modelsWithTopics(
            Admin admin, Topics topics, Catalog catalog) {
        Map<String, String> names =
                catalog.models().stream()
                        .collect(
                                Collectors.toMap(
                                        it -> topics.jobs(it.name(), Lane.NORMAL), Model::name));
        Set<String> found = ConcurrentHashMap.newKeySet();
        var answers =
                admin.describeTopics(names.keySet()).topicNameValues().entrySet().stream()
                        .map(
                                it ->
                                        it.getValue()
                                                .toCompletionStage()
                                                .toCompletableFuture()
                                                .thenAccept(
                                                        _ ->
                                                                found.add(
                                                                        Objects.requireNonNull(
                                                                                names.get(
                                                                                        it
                                                                                                .getKey()))))
                                                .exceptionally(_ -> null))
                        .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(answers).thenApply(_ -> found);
    }

    /**
     * Returns the services that jobs lack.
     *
     * @param requests request topic of the jobs; empty if they bypass the router
     * @param names models, aliases or {@code auto} that the jobs name; empty if unknown
     */
    public List<Waiting> missing(Optional<String> requests, Set<String> names, Catalog catalog) {
        var missing = new ArrayList<Waiting>();
        requests.flatMap(this::noRouterFor).ifPresent(missing::add);
        (names.isEmpty() ? Set.of(RequestLine.AUTO) : names)
                .stream()
                        .sorted()
                        .flatMap(it -> noWorkerFor(it, catalog))
                        .distinct()
                        .forEach(missing::add);
        return missing;
    }

    private Stream<Waiting> noWorkerFor(String name, Catalog catalog) {
        return name.equals(RequestLine.AUTO)
                ? noWorker().stream()
                : catalog.find(name).stream()
                        .map(Model::name)
                        .filter(models::contains)
                        .flatMap(
                                it ->
                                        (workers.clients().isEmpty() ? noWorker() : noWorkerFor(it))
                                                .stream());
    }

    /**
     * Returns a wait if no router reads a request topic.
     *
     * @param requests name of the topic
     */
    public Optional<Waiting> noRouterFor(String requests) {
        return routers.isRebalancing() || routers.reads(requests)
                ? Optional.empty()
                : Optional.of(
                        wait(
                                "",
                                WaitingReason.NO_ROUTER,
                                "no router reads "
                                        + requests
                                        + ": start one with millrace router"));
    }

    /** Returns a wait if no worker runs. */
    public Optional<Waiting> noWorker() {
        return workers.isRebalancing() || !workers.clients().isEmpty()
                ? Optional.empty()
                : Optional.of(noWorkerRuns(""));
    }

    private static Waiting noWorkerRuns(String model) {
        return wait(
                model, WaitingReason.NO_WORKER, "no worker runs: start one with millrace worker");
    }

    /** Returns a wait if no worker reads a topic of the model. */
    public Optional<Waiting> noWorkerFor(String model) {
        return serves(model) ? Optional.empty() : noWorkerFor(model, List.of(Lane.values()));
    }

    /** Returns true if a worker reads the lane of the model. */
    public boolean reads(String model, Lane lane) {
        return workers.reads(topics.jobs(model, lane));
    }

    private boolean serves(String model) {
        return Arrays.stream(Lane.values()).anyMatch(it -> reads(model, it));
    }

    /**
     * Returns a wait if no worker reads some of the given lanes.
     *
     * @param lanes lanes of the model
     */
    public Optional<Waiting> noWorkerFor(String model, List<Lane> lanes) {
        if (workers.isRebalancing() || lanes.stream().allMatch(it -> reads(model, it))) {
            return Optional.empty();
        }
        if (workers.clients().isEmpty()) {
            return Optional.of(noWorkerRuns(model));
        }
        String value =
                serves(model)
                        ? "no worker has its lane "
                                + lanes.stream().map(Lane::word).collect(Collectors.joining(", "))
                        : "no worker serves "
                                + model
                                + ": start millrace worker with a configuration that has it";
        return Optional.of(wait(model, WaitingReason.NO_WORKER, value));
    }

    private static Waiting wait(String model, WaitingReason reason, String value) {
        return new Waiting(model, Optional.empty(), reason, value, Optional.empty(), 0);
    }
}
