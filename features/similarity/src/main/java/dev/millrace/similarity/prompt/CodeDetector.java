package dev.millrace.similarity.prompt;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Distinguishes prompts with program code, markup, commands or data from plain language. Doubtful
 * prompts count as code: a letter or sign in code can change everything, and embeddings hardly show
 * it.
 */
final class CodeDetector {
    private static final List<Pattern> SIGNS =
            List.of(
                    // Braces, backticks, backslashes and pipes are rare in plain language.
                    Pattern.compile("[{}`\\\\|]"),
                    Pattern.compile("==|!=|<=|>=|=>|->|::|&&|\\+\\+|\\(\\)|/\\*|\\*/|//(?!\\w)"),
                    // Tags and generic types
                    Pattern.compile("<[/!]?[A-Za-z][^<>]*>"),
                    Pattern.compile("[A-Za-z0-9]_\\w"),
                    Pattern.compile("\\w\\.\\w+\\(|\\w\\[\\w*]"),
                    Pattern.compile(";\\s*(?:\\R|$)"),
                    Pattern.compile("(?:^|\\s)\\w+ ?= ?[\\w\"'(\\[-]"),
                    Pattern.compile("(?:^|\\s)(?:--[A-Za-z]|\\$[A-Za-z]|#!|#include\\b)"),
                    Pattern.compile("\\R(?:\\t| {4})\\S"),
                    Pattern.compile("\\b(?:def|func|function|class|fn) \\w+ ?[(:]"),
                    Pattern.compile("\\bimport \\w+\\.|\\bfrom \\w+ import\\b|\\blambda \\w+:"),
                    Pattern.compile("\\bSELECT\\b.{1,1000}\\bFROM\\b", Pattern.DOTALL),
                    Pattern.compile(
                            "\\b(?:INSERT INTO|DELETE FROM|CREATE TABLE|UPDATE \\w+ SET)\\b"),
                    Pattern.compile("\\b[A-Z]\\w+(?:Exception|Error)\\b"),
                    Pattern.compile(
                            "\\b\\w+\\.(?:c|cc|cpp|cs|css|go|h|html|java|js|json|jsx|kt|php|pl|py"
                                    + "|rb|rs|sh|sql|swift|toml|ts|tsx|xml|ya?ml)\\b"));

    private CodeDetector() {}

    static boolean hasCode(String text) {
        return SIGNS.stream().anyMatch(it -> it.matcher(text).find());
    }
}
