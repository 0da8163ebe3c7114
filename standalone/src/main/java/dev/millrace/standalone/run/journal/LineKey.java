package dev.millrace.standalone.run.journal;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.job.JobOptions;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.ProviderHeader;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.job.SplitOptions;
import dev.millrace.contracts.json.CanonicalJson;
import dev.millrace.contracts.retrieval.ContextPlace;
import dev.millrace.contracts.retrieval.OnEmpty;
import dev.millrace.contracts.retrieval.RetrievalOptions;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Computes the key by which the journal recognizes a line: a digest of custom_id, tenant, url, body
 * and the options that affect the model's input. White space, the order of keys, the notation of
 * strings and other options, such as priority and metadata, can change without a new call. The key
 * covers the raw bytes of an ambiguous body or an invalid line.
 */
public final class LineKey {
    private static final int BYTES = 16;

    private LineKey() {}

    /** Returns the key of a line, 16 bytes. */
    public static byte[] of(ParsedLine line) {
        return line.parsed() instanceof ParseResult.Accepted accepted
                ? ofRequest(accepted.line())
                : ofBytes(line.source());
    }

    private static byte[] ofRequest(RequestLine line) {
        Span body = line.body();
        Optional<byte[]> canonical = CanonicalJson.digest(line.bytes(), body.start());
        var digest = Sha256.create();
        digest.update((byte) (canonical.isPresent() ? 'C' : 'R'));
        update(digest, line.customId());
        update(digest, line.options().tenant() == null ? "" : line.options().tenant());
        update(digest, line.endpoint().url());
        updateOptions(digest, line.options());
        canonical.ifPresentOrElse(
                digest::update, () -> digest.update(line.bytes(), body.start(), body.length()));
        return Arrays.copyOf(digest.digest(), BYTES);
    }

    private static void updateOptions(MessageDigest digest, JobOptions options) {
        if (!options.headers().isEmpty()) {
            update(digest, "headers", ProviderHeader.identity(options.headers()));
        }
        SplitOptions split = options.split();
        if (split != null) {
            update(
                    digest,
                    "split",
                    String.valueOf(split.size()),
                    String.valueOf(split.overlap()),
                    String.valueOf(split.joinPrompt() == null),
                    Objects.requireNonNullElse(split.joinPrompt(), ""),
                    split.onFailedPart().name());
        }
        RetrievalOptions retrieval = options.retrieval();
        if (retrieval != null) {
            update(
                    digest,
                    "retrieval",
                    retrieval.collection(),
                    String.valueOf(retrieval.topK()),
                    word(retrieval.place()),
                    retrieval.onEmpty().word(),
                    retrieval.onEmpty() instanceof OnEmpty.Answer(var text) ? text : "");
            new TreeMap<>(retrieval.filter()).forEach((name, value) -> update(digest, name, value));
        }
    }

    private static String word(ContextPlace place) {
        return switch (place) {
            case ContextPlace.Instructions _ -> "system";
            case ContextPlace.Question _ -> "user";
            case ContextPlace.Placeholder(var text) -> text;
        };
    }

    private static byte[] ofBytes(BatchLine line) {
        var digest = Sha256.create();
        digest.update((byte) 'B');
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(line.size()).array());
        digest.update(line.bytes());
        return Arrays.copyOf(digest.digest(), BYTES);
    }

    private static void update(MessageDigest digest, String... texts) {
        for (String text : texts) {
            Sha256.add(digest, text);
        }
    }
}
