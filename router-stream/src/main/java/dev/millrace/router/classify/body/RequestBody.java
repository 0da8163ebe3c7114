package dev.millrace.router.classify.body;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.text.TextSpans;
import java.util.List;
import java.util.Set;

/**
 * Contents of a request's body.
 *
 * @param question the last user message, or else the last message with text; of several prompts,
 *     the last
 * @param texts all text that a model reads, including the question but not the tools
 * @param messages number of messages or items
 * @param namedMessages number of messages with a name
 * @param tokenIds number of tokens that the body gives as numbers
 * @param prompts number of prompts to answer or texts to embed, at least 1
 * @param declaredBytes size of the JSON of tools and of the answer's schema, in bytes
 * @param toolCount number of declared tools
 * @param repeatedBytes size of text that a model reads again with each prompt after the first
 * @param media images, audio and files
 * @param readsExternalContent true if a model may read content that is not in the body: files,
 *     earlier conversations, tools that the provider runs. True in case of doubt
 * @param isPlain true if a model reads only {@code texts}, {@code tokenIds} and the declared JSON.
 *     False in case of doubt
 * @param capabilities capabilities that a model needs
 */
public record RequestBody(
        TextSpans question,
        TextSpans texts,
        long messages,
        long namedMessages,
        long tokenIds,
        long prompts,
        long declaredBytes,
        long toolCount,
        long repeatedBytes,
        List<MediaItem> media,
        boolean readsExternalContent,
        boolean isPlain,
        Set<Capability> capabilities) {
    public RequestBody {
        media = List.copyOf(media);
        capabilities = Set.copyOf(capabilities);
    }

    /** Reads the body of an accepted line; never throws for one. */
    public static RequestBody of(RequestLine line) {
        return new BodyReader(line).read();
    }
}
