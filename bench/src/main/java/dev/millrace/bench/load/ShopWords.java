package dev.millrace.bench.load;

import java.util.List;
import java.util.stream.Stream;

/** The vocabulary of a shop's customers; no word asks for reasons. */
public final class ShopWords {
    private static final List<String> COMMON =
            List.of(
                    "order",
                    "parcel",
                    "refund",
                    "invoice",
                    "please",
                    "customer",
                    "since",
                    "Tuesday",
                    "broken",
                    "delivery",
                    "the",
                    "a",
                    "and",
                    "not",
                    "account",
                    "password",
                    "again",
                    "where",
                    "thank",
                    "you",
                    "number",
                    "address",
                    "changed",
                    "wrong",
                    "payment",
                    "twice");

    private ShopWords() {}

    /** Returns these words, followed by others. */
    public static List<String> and(String... others) {
        return Stream.concat(COMMON.stream(), Stream.of(others)).toList();
    }
}
