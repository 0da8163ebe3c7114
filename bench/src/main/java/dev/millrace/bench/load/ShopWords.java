package dev.millrace.bench.load;

import java.util.List;
import java.util.stream.Stream;

/** Words that a shop's customers use. No word signals a request for reasoning to the classifier. */
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

    /** Returns the common words, followed by the given words. */
    public static List<String> and(String... others) {
        return Stream.concat(COMMON.stream(), Stream.of(others)).toList();
    }
}
