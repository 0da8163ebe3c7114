package dev.millrace.router.classify.body;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.contracts.job.Span;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers what a content part says of its medium. Used once, by one thread. */
final class MediumDraft {
    private static final Set<String> IMAGE_KEYS = Set.of("image_url", "image", "image_file");
    private static final Set<String> IMAGE_TYPES = Set.of("image", "image_url", "input_image");
    private static final Set<String> SOUND_KEYS = Set.of("input_audio", "audio");
    private static final String DATA_URL = "data:";
    private static final String BASE64 = ";base64,";
    private static final int LONGEST_DATA_HEAD = 128;

    private final byte[] record;
    private final String key;
    private @Nullable Span data;
    private boolean inline;
    private boolean lowDetail;
    private String mediaType = "";

    /**
     * @param key of the part under which it stands
     */
    MediumDraft(byte[] record, String key) {
        this.record = record;
        this.key = key;
    }

    void onDetail(String detail) {
        lowDetail |= detail.equals("low");
    }

    void onMediaType(String type) {
        mediaType = type;
    }

    /** The thing itself, in base64. */
    void onData(Span base64) {
        onUrl(base64);
        inline = true;
    }

    /** A URL, which may hold the thing itself. */
    void onUrl(Span url) {
        String head = text(url, LONGEST_DATA_HEAD);
        int base64 = head.indexOf(BASE64);
        if (head.startsWith(DATA_URL) && base64 >= 0) {
            mediaType = head.substring(DATA_URL.length(), base64);
            data = new Span(url.start() + base64 + BASE64.length(), url.end());
            inline = true;
        } else {
            data = url;
        }
    }

    private String text(Span span, int most) {
        return new String(record, span.start(), Math.min(most, span.length()), ISO_8859_1);
    }

    /**
     * @param partType what the part itself says that it is; empty when it does not
     */
    Medium finish(String partType) {
        return new Medium(kind(partType), data, inline, lowDetail);
    }

    private Medium.Kind kind(String partType) {
        if (IMAGE_KEYS.contains(key)
                || IMAGE_TYPES.contains(partType)
                || mediaType.startsWith("image/")) {
            return Medium.Kind.PICTURE;
        }
        return SOUND_KEYS.contains(key) || mediaType.startsWith("audio/")
                ? Medium.Kind.SOUND
                : Medium.Kind.FILE;
    }
}
