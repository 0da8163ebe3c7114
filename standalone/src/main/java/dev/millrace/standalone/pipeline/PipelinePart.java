package dev.millrace.standalone.pipeline;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A part of the pipeline that a process can run. */
public enum PipelinePart {
    BROKER(""),
    SIMULATOR(""),
    ROUTER("Routes requests to the models."),
    WORKER("Calls the providers."),
    SINK("Stores results and costs in a database."),
    RETRIEVAL("Finds passages of documents for the jobs that ask for them."),
    GATEWAY("Answers clients of OpenAI and Anthropic over HTTP.");

    private final String task;

    PipelinePart(String task) {
        this.task = task;
    }

    /** Returns the parts that can run as the only one of a process on a cluster. */
    public static List<PipelinePart> ofClusters() {
        return Arrays.stream(values()).filter(it -> !it.task.isEmpty()).toList();
    }

    /** Returns the parts that run a batch: all but the gateway, which would have no clients. */
    public static Set<PipelinePart> ofBatchRun() {
        return EnumSet.complementOf(EnumSet.of(GATEWAY));
    }

    /**
     * Returns what the part does on a cluster, as a sentence; empty if it runs beside others only.
     */
    public String task() {
        return task;
    }

    /** Returns the name of the part on the command line and in health. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the part with the given name. */
    public static Optional<PipelinePart> of(String word) {
        return Arrays.stream(values()).filter(part -> part.word().equals(word)).findFirst();
    }
}
