package dev.millrace.router.classify.token;

import dev.millrace.contracts.catalog.Model;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Formula for the tokens of an image, as published by the providers: OpenAI's guide to images and
 * vision, Anthropic's page on vision, Google's page on tokens.
 */
sealed interface ImageTokens {
    /** Assumed size of an image of unknown size. */
    ImageSize UNKNOWN_SIZE = new ImageSize(1_024, 1_024);

    /**
     * Returns the tokens of one image.
     *
     * @param lowDetail true if the request asks for low detail
     */
    long of(ImageSize size, boolean lowDetail);

    /** Returns the maximum tokens of an image; empty if the provider does not publish it. */
    OptionalLong maxTokens();

    static ImageTokens of(Model model, TokenFamily family) {
        return switch (family) {
            case O200K, CL100K -> ofOpenAi(model.upstreamModel().toLowerCase(Locale.ROOT));
            case CLAUDE -> new Area(1_568, 1_600);
            case CLAUDE_NEWEST -> new Area(2_576, 4_784);
            case GEMINI -> new Crops();
            case DEEPSEEK, QWEN, OTHER -> new Unknown();
        };
    }

    private static ImageTokens ofOpenAi(String name) {
        if (name.contains("gpt-5.")) {
            return new Unknown();
        }
        if (name.contains("gpt-4o-mini")) {
            return new Tiles(2_833, 5_667);
        }
        if (name.contains("-nano")) {
            return new Patches(2.46);
        }
        if (name.contains("o4-mini")) {
            return new Patches(1.72);
        }
        if (name.contains("-mini")) {
            return new Patches(1.62);
        }
        if (name.contains("gpt-5")) {
            return new Tiles(70, 140);
        }
        boolean isReasoning = name.startsWith("o1") || name.startsWith("o3");
        return isReasoning ? new Tiles(75, 150) : new Tiles(85, 170);
    }

    /**
     * Scales the image into 2048 × 2048, then to a shorter side of 768, and cuts it into squares of
     * 512.
     *
     * @param base tokens of the whole image
     * @param tile tokens of each square
     */
    record Tiles(long base, long tile) implements ImageTokens {
        private static final double MAX_LENGTH = 2_048;
        private static final double SHORTER = 768;
        private static final double SQUARE = 512;
        private static final int MAX_TILES = 8;

        @Override
        public long of(ImageSize size, boolean lowDetail) {
            if (lowDetail) {
                return base;
            }
            double longer = Math.max(size.width(), size.height());
            double scale = Math.min(1, MAX_LENGTH / longer);
            double shorter = Math.min(size.width(), size.height()) * scale;
            scale *= Math.min(1, SHORTER / shorter);
            double tiles =
                    Math.ceil(size.width() * scale / SQUARE)
                            * Math.ceil(size.height() * scale / SQUARE);
            return base + tile * (long) tiles;
        }

        @Override
        public OptionalLong maxTokens() {
            return OptionalLong.of(base + MAX_TILES * tile);
        }
    }

    /**
     * Covers the image with squares of 32, of which at most 1,536 count.
     *
     * @param factor tokens of each square
     */
    record Patches(double factor) implements ImageTokens {
        private static final double SQUARE = 32;
        private static final double MAX_SQUARES = 1_536;

        @Override
        public long of(ImageSize size, boolean lowDetail) {
            double squares = Math.ceil(size.width() / SQUARE) * Math.ceil(size.height() / SQUARE);
            return (long) Math.ceil(Math.min(squares, MAX_SQUARES) * factor);
        }

        @Override
        public OptionalLong maxTokens() {
            return OptionalLong.of((long) Math.ceil(MAX_SQUARES * factor));
        }
    }

    /**
     * Scales the image down to a longest side, and counts one token per 750 pixels up to a cap.
     *
     * @param longest longest side in pixels
     * @param cap maximum tokens
     */
    record Area(double longest, long cap) implements ImageTokens {
        private static final double PIXELS = 750;

        @Override
        public long of(ImageSize size, boolean lowDetail) {
            double longer = Math.max(size.width(), size.height());
            double scale = Math.min(1, longest / longer);
            double pixels = size.width() * scale * size.height() * scale;
            return Math.clamp((long) Math.ceil(pixels / PIXELS), 1, cap);
        }

        @Override
        public OptionalLong maxTokens() {
            return OptionalLong.of(cap);
        }
    }

    /** Counts 258 tokens for a small image, and for each square of 768 of a larger one. */
    record Crops() implements ImageTokens {
        private static final int SMALL = 384;
        private static final int SQUARE = 768;
        private static final long EACH = 258;

        @Override
        public long of(ImageSize size, boolean lowDetail) {
            if (size.width() <= SMALL && size.height() <= SMALL) {
                return EACH;
            }
            return EACH
                    * Math.ceilDiv((long) size.width(), SQUARE)
                    * Math.ceilDiv((long) size.height(), SQUARE);
        }

        @Override
        public OptionalLong maxTokens() {
            return OptionalLong.empty();
        }
    }

    /** Assumes 1,024 tokens, about what most models count for an image of 1024 × 1024. */
    record Unknown() implements ImageTokens {
        private static final long GUESS = 1_024;

        @Override
        public long of(ImageSize size, boolean lowDetail) {
            return GUESS;
        }

        @Override
        public OptionalLong maxTokens() {
            return OptionalLong.empty();
        }
    }
}
