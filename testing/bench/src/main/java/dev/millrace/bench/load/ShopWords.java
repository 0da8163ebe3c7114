package dev.millrace.bench.load;

import java.util.List;

/** Words that a shop's customers use. No word signals a request for reasoning to the classifier. */
public final class ShopWords {
    private static final String COMMON =
            "order parcel refund invoice please customer since Tuesday broken delivery the a and not"
                    + " account password again where thank you number address changed wrong payment"
                    + " twice tent lamp return label waiting answer";

    /** All words. */
    public static final List<String> ALL = List.of(COMMON.split(" "));

    private ShopWords() {}
}
