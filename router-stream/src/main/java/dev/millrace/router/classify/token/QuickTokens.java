package dev.millrace.router.classify.token;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;

/**
 * A guess at a request's input tokens from the bytes of its body, at about a nanosecond a byte: for
 * conditions and prices, where no model is asked for. Neither parses nor decodes.
 */
public final class QuickTokens {
    /**
     * As many bytes of base64 as no word has are a picture or file, not to be taken for text; all
     * but what it has of the blocks at its ends.
     */
    private static final int BLOCK = 1_024;

    private static final long MEDIUM_GUESS = 1_024;
    private static final int THOUSANDTHS = 1_000;

    /** The weights of a block stay below this, and what is counted above it stays positive. */
    private static final int BREAK = 1 << 20;

    private static final int WEIGHT_MASK = BREAK - 1;

    /** By the byte: thousandths of a token, and one {@link #BREAK} for what is no base64. */
    private static final int[] WEIGHTS = weights();

    private QuickTokens() {}

    private static int[] weights() {
        var weights = new int[256];
        for (int octet = 0; octet < weights.length; octet++) {
            weights[octet] = weight(octet) + (isBase64(octet) ? 0 : BREAK);
        }
        return weights;
    }

    /** The signs of JSON itself become no tokens, and are most of the signs. */
    private static int weight(int octet) {
        if (isLetter(octet)) {
            return 215;
        }
        if (octet >= '0' && octet <= '9') {
            return 500;
        }
        if (octet < 0x80) {
            return octet <= ' ' ? 50 : 330;
        }
        // The first byte of a character tells how many follow, and so roughly the script.
        return octet < 0xC0 ? 0 : octet < 0xE0 ? 450 : 900;
    }

    /** At least 1. */
    public static long ofInput(RequestLine line) {
        Span body = line.body();
        long sum = 0;
        boolean inMedium = false;
        for (int start = body.start(); start < body.end(); start += BLOCK) {
            int block = block(line.bytes(), start, Math.min(start + BLOCK, body.end()));
            boolean isMedium = block < BREAK && body.end() - start >= BLOCK;
            if (!isMedium) {
                sum += block & WEIGHT_MASK;
            } else if (!inMedium) {
                sum += MEDIUM_GUESS * THOUSANDTHS;
            }
            inMedium = isMedium;
        }
        return Math.max(1, sum / THOUSANDTHS);
    }

    /** The sum of the weights. */
    private static int block(byte[] bytes, int start, int end) {
        int sum = 0;
        for (int i = start; i < end; i++) {
            sum += WEIGHTS[bytes[i] & 0xFF];
        }
        return sum;
    }

    private static boolean isBase64(int octet) {
        return isLetter(octet) || (octet >= '/' && octet <= '9') || octet == '+';
    }

    private static boolean isLetter(int octet) {
        return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
    }
}
