package dev.millrace.standalone.deadletter;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.json.JsonFields;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.MillraceProducer;
import dev.millrace.producer.ParsedLine;
import dev.millrace.producer.Published;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.KafkaFailure;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.ClusterOptions;
import dev.millrace.store.result.DeadLetterId;
import dev.millrace.store.result.StoredDeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace dead-letters replay}: publishes the records of dead letters again. */
@Command(
        name = "replay",
        sortOptions = false,
        description =
                "Publishes the records of dead letters again, unchanged, to the topics that they"
                        + " came from: with their batch and line. Replay them after you have removed"
                        + " the cause, or they become dead letters again.")
final class DeadLettersReplayCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "ID",
            arity = "1..*",
            description = "Ids of dead letters, such as 3-1042; see \"list\".")
    private List<String> ids = List.of();

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean asJson;

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    DeadLettersReplayCommand() {}

    @Override
    public Integer call() {
        List<StoredDeadLetter> letters = DeadLettersCommand.find(clusterOptions.results(), ids);
        letters.forEach(DeadLettersReplayCommand::requireValue);
        var out = Terminal.system().out();
        for (StoredDeadLetter letter : letters) {
            Published published = publish(letter);
            out.println(asJson ? json(letter.id(), published) : line(letter.id(), published));
        }
        return ExitCode.OK;
    }

    private static String line(DeadLetterId id, Published published) {
        return "%s replayed as %s-%d@%d"
                .formatted(id, published.topic(), published.partition(), published.offset());
    }

    static String json(DeadLetterId id, Published published) {
        var json = JsonFields.object();
        json.put("id", id.toString());
        json.put("topic", published.topic());
        json.put("partition", published.partition());
        json.put("offset", published.offset());
        return new String(JsonFields.bytes(json), StandardCharsets.UTF_8);
    }

    private static void requireValue(StoredDeadLetter letter) {
        if (letter.value() == null) {
            throw UserError.usage(
                    "The dead letter " + letter.id() + " had no value, so it cannot be replayed");
        }
    }

    private Published publish(StoredDeadLetter stored) {
        var letter = stored.letter();
        byte[] value = stored.value() == null ? new byte[0] : stored.value();
        long line = letter.line() == null ? 1 : letter.line();
        try (MillraceProducer producer =
                MillraceProducer.open(
                        clusterOptions.producer(
                                letter.topic(), true, null, SubmissionHeaders.Defaults.NONE))) {
            return producer.send(
                            ParsedLine.of(new BatchLine(line, value, value.length)), letter.batch())
                    .join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw UserError.failure(
                    "The dead letter %s was not published to %s: %s"
                            .formatted(stored.id(), letter.topic(), KafkaFailure.describe(cause)));
        }
    }
}
