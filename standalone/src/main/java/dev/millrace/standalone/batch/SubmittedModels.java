package dev.millrace.standalone.batch;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.serving.RunningServices;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.producer.ParsedLine;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The models that published lines name. Finds out which services the lines lack. */
final class SubmittedModels {
    /** Models beyond this number are not looked at, so that memory stays bounded. */
    private static final int MAX_MODELS = 1_000;

    private final Set<String> names = new TreeSet<>();

    /** Adds the model of a published line. */
    void onLine(ParsedLine line) {
        if (line.parsed() instanceof ParseResult.Accepted(RequestLine accepted)
                && names.size() < MAX_MODELS) {
            names.add(accepted.model());
        }
    }

    /**
     * Returns the services that the published lines lack.
     *
     * @param requests topic of the lines
     */
    List<Waiting> missing(RunningServices running, String requests, Catalog catalog) {
        if (names.isEmpty()) {
            return List.of();
        }
        Stream<Optional<Waiting>> ofModels =
                running.withoutWorkers().isPresent()
                        ? Stream.of(running.withoutWorkers())
                        : names.stream()
                                .flatMap(it -> catalog.find(it).stream())
                                .map(Model::name)
                                .distinct()
                                .map(running::withoutWorker);
        return Stream.concat(Stream.of(running.withoutRouter(requests)), ofModels)
                .flatMap(Optional::stream)
                .toList();
    }
}
