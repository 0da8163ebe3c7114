package dev.millrace.standalone.architecture;

import dev.millrace.standalone.architecture.PatternNode.Characters;
import dev.millrace.standalone.architecture.PatternNode.Choice;
import dev.millrace.standalone.architecture.PatternNode.Condition;
import dev.millrace.standalone.architecture.PatternNode.Repetition;
import dev.millrace.standalone.architecture.PatternNode.Sequence;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Parses the regular expressions of {@link Pattern}. Sets of characters are left to {@link Pattern}
 * itself. Throws an {@link IllegalArgumentException} at a construct that it does not know, such as
 * a named back reference.
 */
final class PatternParser {
    private static final String LINE_BREAK = "(?:\\r\\n|[\\n\\x0B\\f\\r\\x85\\u2028\\u2029])";
    private static final String LINE_END = "[\\n\\r\\x85\\u2028\\u2029]";

    private final String text;
    private final SampleCharacters samples;
    private final List<PatternNode> groups = new ArrayList<>();
    private int flags;
    private int at;

    private PatternParser(String text, int flags, SampleCharacters samples) {
        this.text = text;
        this.flags = flags;
        this.samples = samples;
    }

    static PatternNode parse(String text, int flags, SampleCharacters samples) {
        var parser = new PatternParser(text, flags, samples);
        if ((flags & Pattern.LITERAL) != 0) {
            return new Sequence(List.of());
        }
        PatternNode all = parser.choice();
        if (parser.at < text.length()) {
            throw parser.unknown();
        }
        return all;
    }

    private PatternNode choice() {
        int outside = flags;
        var branches = new ArrayList<PatternNode>();
        branches.add(sequence());
        while (accept("|")) {
            branches.add(sequence());
        }
        flags = outside;
        return branches.size() == 1 ? branches.getFirst() : new Choice(branches);
    }

    private PatternNode sequence() {
        var parts = new ArrayList<PatternNode>();
        while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
            parts.add(repeated(part()));
        }
        return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
    }

    private PatternNode repeated(PatternNode body) {
        PatternNode node = body;
        while (at < text.length() && "*+?{".indexOf(text.charAt(at)) >= 0) {
            int min = 0;
            int max = Integer.MAX_VALUE;
            switch (text.charAt(at++)) {
                case '*' -> {}
                case '+' -> min = 1;
                case '?' -> max = 1;
                default -> {
                    String[] bounds = through("}").split(",", -1);
                    min = Integer.parseInt(bounds[0]);
                    max = bounds.length == 1 ? min : bound(bounds[1]);
                }
            }
            boolean isPossessive = accept("+");
            if (!isPossessive) {
                accept("?");
            }
            node = new Repetition(node, min, max, isPossessive);
        }
        return node;
    }

    private static int bound(String text) {
        return text.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(text);
    }

    private PatternNode part() {
        char first = text.charAt(at);
        return switch (first) {
            case '(' -> group();
            case '[' -> characters(setEnd());
            case '\\' -> escape();
            case '^' -> {
                at++;
                boolean isMultiline = (flags & Pattern.MULTILINE) != 0;
                yield after(isMultiline ? samples.matching(LINE_END, 0) : new BitSet());
            }
            case '$' -> {
                at++;
                yield condition();
            }
            default -> characters(at + Character.charCount(text.codePointAt(at)));
        };
    }

    private PatternNode characters(int end) {
        String set = text.substring(at, end);
        at = end;
        return new Characters(samples.matching(set, flags));
    }

    /** Returns the end of the set that begins here; sets can contain sets. */
    private int setEnd() {
        int depth = 0;
        for (int i = at; ; i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '[' -> {
                    depth++;
                    i += text.startsWith("^", i + 1) ? 1 : 0;
                    i += text.startsWith("]", i + 1) ? 1 : 0;
                }
                case ']' -> {
                    depth--;
                    if (depth == 0) {
                        return i + 1;
                    }
                }
                default -> {}
            }
        }
    }

    private PatternNode escape() {
        char kind = text.charAt(at + 1);
        if ("0kXGN".indexOf(kind) >= 0) {
            throw unknown();
        }
        if (Character.isDigit(kind)) {
            at += 2;
            // The same text again is one of the texts that the group can read.
            return groups.get(Character.digit(kind, 10) - 1);
        }
        if (kind == 'Q') {
            at += 2;
            return new Sequence(
                    through("\\E")
                            .codePoints()
                            .mapToObj(it -> Pattern.quote(Character.toString(it)))
                            .<PatternNode>map(it -> new Characters(samples.matching(it, flags)))
                            .toList());
        }
        if (kind == 'R') {
            at += 2;
            return parse(LINE_BREAK, 0, samples);
        }
        if ("bBAzZ".indexOf(kind) >= 0) {
            at += 2;
            return switch (kind) {
                case 'b' -> boundary(true);
                case 'B' -> boundary(false);
                case 'A' -> after(new BitSet());
                default -> condition();
            };
        }
        int length =
                switch (kind) {
                    case 'x' -> 4;
                    case 'u' -> 6;
                    case 'p', 'P' ->
                            text.charAt(at + 2) == '{' ? text.indexOf('}', at) + 1 - at : 3;
                    default -> 2;
                };
        return characters(at + length);
    }

    private PatternNode group() {
        at++;
        if (!accept("?")) {
            return captured();
        }
        if (accept("<=")) {
            return before(closed(choice()), true);
        }
        if (accept("<!")) {
            return before(closed(choice()), false);
        }
        if (accept("=")) {
            return ahead(closed(choice()), true);
        }
        if (accept("!")) {
            return ahead(closed(choice()), false);
        }
        if (accept("<")) {
            through(">");
            return captured();
        }
        if (accept(">") || accept(":")) {
            return closed(choice());
        }
        int outside = flags;
        while (Character.isLetter(text.charAt(at))) {
            flags |= flag(text.charAt(at++));
        }
        if (accept(":")) {
            PatternNode body = closed(choice());
            flags = outside;
            return body;
        }
        return closed(new Sequence(List.of()));
    }

    private PatternNode captured() {
        int number = groups.size();
        groups.add(new Sequence(List.of()));
        groups.set(number, closed(choice()));
        return groups.get(number);
    }

    private int flag(char letter) {
        return switch (letter) {
            case 'i' -> Pattern.CASE_INSENSITIVE;
            case 'm' -> Pattern.MULTILINE;
            case 's' -> Pattern.DOTALL;
            case 'u' -> Pattern.UNICODE_CASE;
            default -> throw unknown();
        };
    }

    private PatternNode ahead(PatternNode body, boolean isWanted) {
        return body instanceof Characters(BitSet set)
                ? new Condition((_, next) -> set.get(next) == isWanted, Optional.empty())
                : new Condition((_, _) -> true, Optional.of(body));
    }

    private static PatternNode before(PatternNode body, boolean isWanted) {
        return body instanceof Characters(BitSet set)
                ? new Condition((previous, _) -> set.get(previous) == isWanted, Optional.empty())
                : condition();
    }

    private static PatternNode after(BitSet previous) {
        return before(new Characters(previous), true);
    }

    private PatternNode boundary(boolean isWanted) {
        BitSet word = samples.matching("\\w", flags);
        return new Condition(
                (previous, next) -> (word.get(previous) != word.get(next)) == isWanted,
                Optional.empty());
    }

    /** Returns a condition on the end of the text, or one that is not examined. */
    private static PatternNode condition() {
        return new Condition((_, _) -> true, Optional.empty());
    }

    private PatternNode closed(PatternNode inside) {
        if (!accept(")")) {
            throw unknown();
        }
        return inside;
    }

    private boolean accept(String next) {
        boolean isNext = text.startsWith(next, at);
        at += isNext ? next.length() : 0;
        return isNext;
    }

    /** Returns the text before a mark, and continues after the mark. */
    private String through(String mark) {
        int end = text.indexOf(mark, at);
        String before = text.substring(at, end);
        at = end + mark.length();
        return before;
    }

    private IllegalArgumentException unknown() {
        return new IllegalArgumentException("cannot analyze at " + at + ": " + text);
    }
}
