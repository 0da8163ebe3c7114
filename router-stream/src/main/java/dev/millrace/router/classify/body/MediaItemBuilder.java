package dev.millrace.router.classify.body;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.contracts.job.Span;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the properties of a media item from a content part. Used once, by one thread. */
final class MediaItemBuilder {
    private static final Set<String> IMAGE_KEYS = Set.of("image_url", "image", "image_file");
    private static final Set<String> IMAGE_TYPES = Set.of("image", "image_url", "input_image");
    private static final Set<String> AUDIO_KEYS = Set.of("input_audio", "audio");
    private static final String DATA_URL = "data:";
    private static final String BASE64 = ";base64,";
    private static final int MAX_DATA_URL_HEAD = 128;

    private final byte[] record;
    private final String key;
    private @Nullable Span data;
    private boolean inline;
    private boolean lowDetail;
    private String mediaType = "";

    /**
     * @param key name of the property that holds the item
     */
    MediaItemBuilder(byte[] record, String key) {
        this.record = record;
        this.key = key;
    }

    void onDetail(String detail) {
        lowDetail |= detail.equals("low");
    }

    void onMediaType(String type) {
        mediaType = type;
    }

    /** Sets the content, in base64. */
    void onData(Span base64) {
        onUrl(base64);
        inline = true;
    }

    /** Sets the URL, which can be a data URL with the content. */
    void onUrl(Span url) {
        String head = text(url, MAX_DATA_URL_HEAD);
        int base64 = head.indexOf(BASE64);
        if (head.startsWith(DATA_URL) && base64 >= 0) {
            mediaType = head.substring(DATA_URL.length(), base64);
            data = new Span(url.start() + base64 + BASE64.length(), url.end());
            inline = true;
        } else {
            data = url;
        }
    }

    private String text(Span span, int maxBytes) {
        return new String(record, span.start(), Math.min(maxBytes, span.length()), ISO_8859_1);
    }

    /**
     * @param partType the part's {@code type}; empty if it has none
     */
    MediaItem build(String partType) {
        return new MediaItem(kind(partType), data, inline, lowDetail);
    }

    private MediaItem.Kind kind(String partType) {
        if (IMAGE_KEYS.contains(key)
                || IMAGE_TYPES.contains(partType)
                || mediaType.startsWith("image/")) {
            return MediaItem.Kind.IMAGE;
        }
        return AUDIO_KEYS.contains(key) || mediaType.startsWith("audio/")
                ? MediaItem.Kind.AUDIO
                : MediaItem.Kind.FILE;
    }
}
