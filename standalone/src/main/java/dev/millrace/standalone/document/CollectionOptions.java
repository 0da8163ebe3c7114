package dev.millrace.standalone.document;

import dev.millrace.configuration.TenantConfig;
import dev.millrace.contracts.retrieval.CollectionNames;
import dev.millrace.retrieval.document.DocumentKey;
import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.option.NameOptions;
import picocli.CommandLine.Option;

/** Options that select a collection. */
final class CollectionOptions {
    @Option(
            names = "--collection",
            required = true,
            paramLabel = "NAME",
            description = "The collection of the documents.")
    private String collection = "";

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description = "The tenant of the collection; default: default.")
    private String tenant = TenantConfig.DEFAULT_NAME;

    /**
     * Returns the collection.
     *
     * @throws UserError if a name is not valid
     */
    CollectionId id() {
        if (!CollectionNames.isCollection(collection)) {
            throw UserError.usage("--collection: " + CollectionNames.RULE);
        }
        return new CollectionId(NameOptions.tenant(tenant), collection);
    }

    /**
     * Returns the key of a document in the collection.
     *
     * @throws UserError if the id is not valid
     */
    DocumentKey key(String id) {
        if (!DocumentKey.isId(id)) {
            throw UserError.usage("the id \"" + id + "\" " + DocumentKey.ID_RULE);
        }
        return new DocumentKey(id(), id);
    }
}
