package dev.millrace.contracts.header;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of budgets that have reserved money for a job. Under a limit of another kind, the job
 * has no money.
 */
public record PayingBudgets(boolean tenant, boolean batch, boolean key) {
    public static final PayingBudgets NONE = new PayingBudgets(false, false, false);

    /** The budgets of a job that an earlier version has routed: all that it may have. */
    static final PayingBudgets ALL = new PayingBudgets(true, true, true);

    /** Returns true if no budget has reserved money. */
    public boolean isEmpty() {
        return equals(NONE);
    }

    /** Returns the header's text, a letter for each kind; null for all. */
    @Nullable String text() {
        return equals(ALL)
                ? null
                : "-" + (tenant ? "t" : "") + (batch ? "b" : "") + (key ? "k" : "");
    }

    /** Reads the header's text. */
    static PayingBudgets parse(String text) {
        return new PayingBudgets(text.contains("t"), text.contains("b"), text.contains("k"));
    }
}
