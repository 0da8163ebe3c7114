package dev.millrace.standalone.run;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;

/**
 * A guess at a request's tokens without a tokenizer: four characters of ASCII a token, one token
 * for each other character. Good enough for a budget, not for a bill.
 */
final class TokenEstimate {
    private static final int ASCII_PER_TOKEN = 4;

    private TokenEstimate() {}

    /** Input tokens of the body, its JSON included, at least 1. */
    static long ofInput(RequestLine line) {
        Span body = line.body();
        long ascii = 0;
        long others = 0;
        for (int i = body.start(); i < body.end(); i++) {
            int octet = line.bytes()[i];
            if (octet >= 0) {
                ascii++;
            } else if ((octet & 0xC0) == 0xC0) {
                // The first byte of a character; those that follow begin with 10.
                others++;
            }
        }
        return Math.max(1, ascii / ASCII_PER_TOKEN + others);
    }
}
