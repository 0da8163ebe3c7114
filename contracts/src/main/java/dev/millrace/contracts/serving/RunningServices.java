package dev.millrace.contracts.serving;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/**
 * The routers and workers of a pipeline, and the topics that they read.
 *
 * @param topics names of the topics
 */
public record RunningServices(Topics topics, GroupMembers routers, GroupMembers workers) {

    /** Asks for the services that run. */
    public static CompletableFuture<RunningServices> read(Admin admin, Topics topics) {
        return GroupMembers.read(admin, topics.prefix() + "router")
                .thenCombine(
                        GroupMembers.read(admin, topics.prefix() + "worker"),
                        (routers, workers) -> new RunningServices(topics, routers, workers));
    }

    /**
     * Returns a wait if no router reads a request topic.
     *
     * @param requests name of the topic
     */
    public Optional<Waiting> withoutRouter(String requests) {
        return routers.reads(requests)
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
    public Optional<Waiting> withoutWorkers() {
        return workers.clients().isEmpty() ? Optional.of(withoutWorkers("")) : Optional.empty();
    }

    private static Waiting withoutWorkers(String model) {
        return wait(
                model, WaitingReason.NO_WORKER, "no worker runs: start one with millrace worker");
    }

    /** Returns a wait if no worker reads a topic of the model. */
    public Optional<Waiting> withoutWorker(String model) {
        return serves(model) ? Optional.empty() : withoutWorker(model, List.of(Lane.values()));
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
    public Optional<Waiting> withoutWorker(String model, List<Lane> lanes) {
        if (lanes.stream().allMatch(it -> reads(model, it))) {
            return Optional.empty();
        }
        if (workers.clients().isEmpty()) {
            return Optional.of(withoutWorkers(model));
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
