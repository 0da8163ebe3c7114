package dev.millrace.router.classify;

import java.util.List;

/**
 * Words that classify a job. They are English, match as whole words in upper or lower case, and
 * include all inflections of verbs in British and American spelling.
 */
enum Keyword {
    /** Inflections of seven words, without derived words such as "analyst". */
    REASONING(
            """
            analyze analyzes analyzed analyzing analyse analyses analysed analysing
            compare compares compared comparing
            evaluate evaluates evaluated evaluating
            explain explains explained explaining
            derive derives derived deriving
            why whys how hows
            """),
    URGENCY("urgent urgently asap"),
    TRANSLATION("translate translates translated translating translation translations"),
    SUMMARIZATION(
            """
            summarize summarizes summarized summarizing summarise summarises summarised summarising
            summary summaries tldr
            """),
    CLASSIFICATION(
            """
            classify classifies classified classifying classification classifications
            categorize categorizes categorized categorizing categorise categorises categorised
            categorising categorization categorisation sentiment
            """),
    EXTRACTION("extract extracts extracted extracting extraction extractions"),
    MATH(
            """
            calculate calculates calculated calculating calculation
            solve solves solved solving equation equations integral derivative theorem
            prove proves proved proven proving arithmetic math maths mathematics
            """),
    CODE(
            """
            code codebase coding refactor refactors refactored refactoring
            debug debugs debugged debugging regex sql python java javascript typescript golang
            html css stacktrace
            """);

    private final String words;

    Keyword(String words) {
        this.words = words;
    }

    /** Returns the words, in lower-case ASCII letters. */
    List<String> words() {
        return List.of(words.strip().split("\\s+"));
    }
}
