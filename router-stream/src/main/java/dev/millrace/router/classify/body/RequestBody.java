package dev.millrace.router.classify.body;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.text.Texts;
import java.util.List;
import java.util.Set;

/**
 * What one reading of a body found.
 *
 * @param question the last message of the user; when there is none, the last message with a text;
 *     of several prompts, the last one
 * @param texts all that a model reads as text, the question included, but not the tools
 * @param messages how many messages, or items, there are
 * @param names how many of them carry a name
 * @param tokenIds tokens that the body gives as numbers
 * @param prompts for how many prompts answers are asked, at least 1
 * @param declaredBytes the JSON of tools and of an answer's schema, in bytes
 * @param toolCount how many tools are declared
 * @param media what is no text
 * @param readsMore whether a model may be made to read more than stands in the body: files, earlier
 *     conversations, tools that the provider runs itself. Errs on the side of yes.
 * @param capabilities what a model needs to be able to do
 */
public record RequestBody(
        Texts question,
        Texts texts,
        long messages,
        long names,
        long tokenIds,
        long prompts,
        long declaredBytes,
        long toolCount,
        List<Medium> media,
        boolean readsMore,
        Set<Capability> capabilities) {
    public RequestBody {
        media = List.copyOf(media);
        capabilities = Set.copyOf(capabilities);
    }

    /** Reads the body of an accepted line; never throws for one. */
    public static RequestBody of(RequestLine line) {
        return new BodyReading(line).read();
    }
}
