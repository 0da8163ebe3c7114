package dev.millrace.standalone.erasure;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.standalone.console.DurationText;
import dev.millrace.store.row.Erasures.Subject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Describes the data that {@code forget} leaves: where, and until when.
 *
 * @param unpublished batches of the gateway that are still being published
 * @param isConnected true if documents and cached answers were reached
 * @param journal file of the journal of {@code run}
 */
record RemainingData(
        Subject subject,
        MillraceConfig config,
        Set<String> unpublished,
        boolean isConnected,
        Path journal) {
    RemainingData {
        unpublished = Set.copyOf(unpublished);
    }

    /** Returns one line for each kind of remaining data. */
    String text() {
        var text = new StringBuilder("What is left:\n");
        lines().forEach(it -> text.append("  ").append(it).append('\n'));
        return text.toString();
    }

    private List<String> lines() {
        var lines = new ArrayList<String>();
        unpublished.stream().sorted().map(RemainingData::unpublished).forEach(lines::add);
        lines.addAll(kafka(new Topics(config.topics().prefix())));
        lines.addAll(isTenant() ? ofTenant() : ofBatch());
        lines.addAll(everywhere());
        return lines;
    }

    private boolean isTenant() {
        return subject.batch().isEmpty();
    }

    private static String unpublished(String batch) {
        return "gateway: batch "
                + batch
                + " with its file, which is being published; cancel it, then repeat this command";
    }

    private List<String> kafka(Topics topics) {
        return List.of(
                "%s, %s, %s, %s: records, until topics.retention (%s) has passed"
                        .formatted(
                                topics.results(),
                                topics.costs(),
                                topics.deadLetters(),
                                topics.batches(),
                                text(config.topics().retention())),
                "%s, %sjobs.* and the router's topics: unfinished jobs, until they end; they are stored again, so cancel %s, then repeat this command"
                        .formatted(
                                topics.requests(),
                                topics.prefix(),
                                isTenant() ? "the tenant's batches" : "the batch"),
                "%s: tokens of streamed calls, for minutes".formatted(topics.chunks()),
                "%s: names in budgets, limits, API keys and cancellations, until these end or are deleted"
                        .formatted(topics.control()));
    }

    private List<String> ofTenant() {
        var lines = new ArrayList<String>();
        var topics = new Topics(config.topics().prefix());
        lines.add(
                "gateway's store: a folder with the tenant's name and the marks of refused batches, until you delete it");
        if (isConnected) {
            lines.add(
                    "%s, %s, %s: deleted records, until Kafka compacts the topics"
                            .formatted(topics.documents(), topics.vectors(), topics.submissions()));
            lines.add("indexes of documents: those of stopped services, until these run again");
            lines.add(
                    "answer cache: purged answers on the routers' disks and in their changelogs, until a router has deleted them");
        } else {
            lines.add(
                    "documents, vectors, indexes and cached answers: no running pipeline was found; repeat this command while it runs");
        }
        return lines;
    }

    private List<String> ofBatch() {
        return List.of(
                "answer cache: answers, until router.cache.ttl (%s) has passed; \"millrace cache purge --tenant %s\" deletes those of all the tenant's batches"
                        .formatted(text(config.router().cache().ttl()), subject.tenant()),
                "database: the batch's part of rollups, which do not name batches");
    }

    private List<String> everywhere() {
        return List.of(
                "memory of services: searched questions and their embeddings, until replaced by others or the service stops",
                "database: \"unreadable\" records and webhook events of budgets, until sink.retention (%s) has passed; freed pages, until SQLite or PostgreSQL reuses them (VACUUM)"
                        .formatted(text(config.sink().retention())),
                "files of runs: inputs, outputs, and the journal %s with names and digests of their lines, until you delete them"
                        .formatted(journal),
                "outside: logs, backups, earlier versions in a bucket, receivers of webhooks, consumers of topics, and providers, as they decide");
    }

    private static String text(Duration duration) {
        return duration.toHoursPart() == 0 && duration.toDays() > 1
                ? duration.toDays() + " days"
                : DurationText.of(duration);
    }
}
