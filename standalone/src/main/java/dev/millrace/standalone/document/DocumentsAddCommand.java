package dev.millrace.standalone.document;

import dev.millrace.contracts.retrieval.CollectionNames;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.StoredDocument;
import dev.millrace.retrieval.extract.TextExtractor;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.document.DocumentFile.Reading;
import dev.millrace.standalone.option.ClusterOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace documents add}: adds files to a collection. */
@Command(
        name = "add",
        sortOptions = false,
        description =
                "Adds files to a collection: text, Markdown, HTML and PDF. A file whose document"
                        + " exists replaces it.")
final class DocumentsAddCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files to add.")
    private List<Path> files = List.of();

    @Mixin private CollectionOptions collectionOptions = new CollectionOptions();

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Id of the document, for a single file; default: the path of the file.")
    private @Nullable String id;

    @Option(
            names = "--title",
            paramLabel = "TEXT",
            description =
                    "Title of the document, for a single file; default: its first Markdown heading,"
                            + " else the name of the file.")
    private @Nullable String title;

    @Option(
            names = "--metadata",
            paramLabel = "KEY=VALUE",
            description = "A value that requests can filter by; repeatable.")
    private Map<String, String> metadata = Map.of();

    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    DocumentsAddCommand() {}

    @Override
    public Integer call() {
        requireValid();
        var topic = new DocumentTopic(clusterOptions.client(), clusterOptions.topics());
        var terminal = Terminal.system();
        int failed = 0;
        try (var extractor = new TextExtractor();
                DocumentTopic.Writer writer = topic.writer(clusterOptions.documentPartitions())) {
            for (Path path : files) {
                var file = new DocumentFile(path);
                Optional<String> problem = add(file, extractor, writer, terminal);
                if (problem.isPresent()) {
                    failed++;
                    terminal.err().println(path + " " + problem.get());
                }
            }
        }
        return failed == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private void requireValid() {
        var _ = collectionOptions.id();
        if (files.size() > 1 && (id != null || title != null)) {
            throw UserError.usage("--id and --title are for a single file");
        }
        if (title != null && title.length() > StoredDocument.MAX_TITLE_CHARS) {
            throw UserError.usage(
                    "--title: must have at most " + StoredDocument.MAX_TITLE_CHARS + " characters");
        }
        boolean isValid =
                metadata.size() <= CollectionNames.MAX_ENTRIES
                        && metadata.entrySet().stream()
                                .allMatch(
                                        it ->
                                                CollectionNames.isMetadata(
                                                        it.getKey(), it.getValue()));
        if (!isValid) {
            throw UserError.usage("--metadata: " + CollectionNames.METADATA_RULE);
        }
    }

    /** Returns why a file was not added; empty if it was. */
    private Optional<String> add(
            DocumentFile file,
            TextExtractor extractor,
            DocumentTopic.Writer writer,
            Terminal terminal) {
        String documentId = id == null ? file.id() : id;
        if (!DocumentKey.isId(documentId)) {
            return Optional.of(
                    "has no valid id: it " + DocumentKey.ID_RULE + "; name one with --id");
        }
        return switch (file.read(extractor, title, metadata)) {
            case Reading.Refused(String reason) -> Optional.of(reason);
            case Reading.Read(StoredDocument document) -> {
                Optional<String> problem = writer.put(collectionOptions.key(documentId), document);
                if (problem.isEmpty()) {
                    terminal.out()
                            .printf(
                                    "added %s, %,d characters%n",
                                    documentId, document.text().length());
                }
                yield problem;
            }
        };
    }
}
