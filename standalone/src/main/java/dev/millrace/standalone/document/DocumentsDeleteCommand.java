package dev.millrace.standalone.document;

import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.option.ClusterOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace documents delete}: deletes documents of a collection. */
@Command(
        name = "delete",
        sortOptions = false,
        description = "Deletes documents of a collection. An id without a document is no error.")
final class DocumentsDeleteCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids of the documents.")
    private List<String> ids = List.of();

    @Mixin private CollectionOptions collectionOptions = new CollectionOptions();

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    DocumentsDeleteCommand() {}

    @Override
    public Integer call() {
        List<DocumentKey> keys = ids.stream().map(collectionOptions::key).toList();
        var topic = new DocumentTopic(clusterOptions.client(), clusterOptions.topics());
        var out = Terminal.system().out();
        try (DocumentTopic.Writer writer = topic.writer(clusterOptions.documentPartitions())) {
            for (DocumentKey key : keys) {
                writer.delete(key);
                out.println("deleted " + key.id());
            }
        }
        return ExitCode.OK;
    }
}
