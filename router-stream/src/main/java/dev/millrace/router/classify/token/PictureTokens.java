package dev.millrace.router.classify.token;

import dev.millrace.contracts.catalog.Model;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * How many tokens a model makes of a picture, by the formulas that the providers publish: OpenAI's
 * guide to images and vision, Anthropic's page on vision, Google's page on tokens.
 */
sealed interface PictureTokens {
    /** What a picture is taken to be whose size is not known. */
    PictureSize UNKNOWN_SIZE = new PictureSize(1_024, 1_024);

    /**
     * Tokens of one picture.
     *
     * @param lowDetail whether the request says that a rough look will do
     */
    long of(PictureSize size, boolean lowDetail);

    /** The most that any picture may have; empty when nobody says. */
    OptionalLong most();

    static PictureTokens of(Model model, TokenFamily family) {
        return switch (family) {
            case O200K, CL100K -> ofOpenAi(model.upstreamModel().toLowerCase(Locale.ROOT));
            case CLAUDE -> new Area(1_568, 1_600);
            case CLAUDE_NEWEST -> new Area(2_576, 4_784);
            case GEMINI -> new Crops();
            case DEEPSEEK, QWEN, OTHER -> new Unknown();
        };
    }

    private static PictureTokens ofOpenAi(String name) {
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
     * Scaled into 2048 × 2048, then to a shorter side of 768, then cut into squares of 512.
     *
     * @param base tokens of the picture as a whole
     * @param tile tokens of each square
     */
    record Tiles(long base, long tile) implements PictureTokens {
        private static final double LONGEST = 2_048;
        private static final double SHORTER = 768;
        private static final double SQUARE = 512;
        private static final int MOST_TILES = 8;

        @Override
        public long of(PictureSize size, boolean lowDetail) {
            if (lowDetail) {
                return base;
            }
            double longer = Math.max(size.width(), size.height());
            double scale = Math.min(1, LONGEST / longer);
            double shorter = Math.min(size.width(), size.height()) * scale;
            scale *= Math.min(1, SHORTER / shorter);
            double tiles =
                    Math.ceil(size.width() * scale / SQUARE)
                            * Math.ceil(size.height() * scale / SQUARE);
            return base + tile * (long) tiles;
        }

        @Override
        public OptionalLong most() {
            return OptionalLong.of(base + MOST_TILES * tile);
        }
    }

    /**
     * Covered by squares of 32, scaled down to at most 1,536 of them.
     *
     * @param factor tokens of each square
     */
    record Patches(double factor) implements PictureTokens {
        private static final double SQUARE = 32;
        private static final double MOST_SQUARES = 1_536;

        @Override
        public long of(PictureSize size, boolean lowDetail) {
            double squares = Math.ceil(size.width() / SQUARE) * Math.ceil(size.height() / SQUARE);
            return (long) Math.ceil(Math.min(squares, MOST_SQUARES) * factor);
        }

        @Override
        public OptionalLong most() {
            return OptionalLong.of((long) Math.ceil(MOST_SQUARES * factor));
        }
    }

    /**
     * Scaled down to a longest side and a number of tokens; a token for each 750 pixels.
     *
     * @param longest side in pixels
     * @param cap tokens at most
     */
    record Area(double longest, long cap) implements PictureTokens {
        private static final double PIXELS = 750;

        @Override
        public long of(PictureSize size, boolean lowDetail) {
            double longer = Math.max(size.width(), size.height());
            double scale = Math.min(1, longest / longer);
            double pixels = size.width() * scale * size.height() * scale;
            return Math.clamp((long) Math.ceil(pixels / PIXELS), 1, cap);
        }

        @Override
        public OptionalLong most() {
            return OptionalLong.of(cap);
        }
    }

    /** 258 tokens for a small picture, and for each square of 768 that covers a larger one. */
    record Crops() implements PictureTokens {
        private static final int SMALL = 384;
        private static final int SQUARE = 768;
        private static final long EACH = 258;

        @Override
        public long of(PictureSize size, boolean lowDetail) {
            if (size.width() <= SMALL && size.height() <= SMALL) {
                return EACH;
            }
            return EACH
                    * Math.ceilDiv((long) size.width(), SQUARE)
                    * Math.ceilDiv((long) size.height(), SQUARE);
        }

        @Override
        public OptionalLong most() {
            return OptionalLong.empty();
        }
    }

    /** Some thousand tokens, which is what most models make of a picture of 1024 × 1024. */
    record Unknown() implements PictureTokens {
        private static final long GUESS = 1_024;

        @Override
        public long of(PictureSize size, boolean lowDetail) {
            return GUESS;
        }

        @Override
        public OptionalLong most() {
            return OptionalLong.empty();
        }
    }
}
