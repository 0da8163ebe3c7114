package dev.millrace.router.classify;

import java.util.List;

/**
 * Words that tell something about a job. English only, whole words, upper or lower case; of verbs
 * all inflections, in British and American spelling.
 */
enum Keyword {
    /** The inflections of seven words, and not what is derived from them, such as analyst. */
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

    /** In lower case, ASCII letters only. */
    List<String> words() {
        return List.of(words.strip().split("\\s+"));
    }
}
