package dev.millrace.standalone.run;

import dev.millrace.contracts.error.ErrorCode;

/** Which dead letters say that a job was there before. */
final class Duplicates {
    private Duplicates() {}

    static boolean isDuplicate(String reason) {
        return reason.equals(ErrorCode.DUPLICATE.code())
                || reason.equals(ErrorCode.DUPLICATE_CUSTOM_ID.code());
    }
}
