package dev.millrace.standalone.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.DirectMethodHandleDesc;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds the regular expressions of compiled classes, with their constants resolved. */
final class PatternCalls {
    private static final String COMPILE = name(Pattern.class, "compile");

    private static final Set<String> WHOLE_OF_STRING = Set.of(name(String.class, "matches"));
    private static final Set<String> SEARCHES_OF_STRING =
            Stream.of("replaceAll", "replaceFirst", "split", "splitWithDelimiters")
                    .map(it -> name(String.class, it))
                    .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> WHOLE =
            Set.of(name(Matcher.class, "matches"), name(Pattern.class, "asMatchPredicate"));
    private static final Set<String> SEARCHES =
            Stream.concat(
                            Stream.of(
                                            "split",
                                            "splitAsStream",
                                            "splitWithDelimiters",
                                            "asPredicate")
                                    .map(it -> name(Pattern.class, it)),
                            Stream.of(
                                            "find",
                                            "lookingAt",
                                            "results",
                                            "replaceAll",
                                            "replaceFirst",
                                            "appendReplacement")
                                    .map(it -> name(Matcher.class, it)))
                    .collect(Collectors.toUnmodifiableSet());

    private PatternCalls() {}

    /**
     * A call that compiles a regular expression.
     *
     * @param place the name of the class
     * @param regex empty if it is not a constant
     * @param isSearch whether it may match anywhere in a text
     */
    record Call(String place, Optional<String> regex, int flags, boolean isSearch) {}

    static List<Call> in(JavaClasses classes) {
        return classes.stream()
                .collect(Collectors.groupingBy(PatternCalls::outermost))
                .values()
                .stream()
                .flatMap(PatternCalls::ofFile)
                .toList();
    }

    private static String outermost(JavaClass type) {
        return type.getName().split("\\$", 2)[0];
    }

    /** Returns the calls of a class and its inner classes, which share their patterns. */
    private static Stream<Call> ofFile(List<JavaClass> types) {
        List<ClassModel> models = types.stream().map(PatternCalls::read).toList();
        Set<String> called =
                models.stream()
                        .flatMap(it -> it.methods().stream())
                        .flatMap(it -> instructions(it).stream())
                        .flatMap(PatternCalls::called)
                        .collect(Collectors.toSet());
        boolean isWhole =
                called.stream().anyMatch(WHOLE::contains)
                        && called.stream().noneMatch(SEARCHES::contains)
                        && types.stream().noneMatch(PatternCalls::sharesPattern);
        return models.stream()
                .flatMap(
                        model ->
                                model.methods().stream().flatMap(it -> calls(model, it, !isWhole)));
    }

    private static boolean sharesPattern(JavaClass type) {
        return type.getFields().stream()
                .anyMatch(
                        it ->
                                it.getRawType().isEquivalentTo(Pattern.class)
                                        && !it.getModifiers().contains(JavaModifier.PRIVATE));
    }

    private static Stream<Call> calls(ClassModel type, MethodModel method, boolean isSearch) {
        String place = type.thisClass().asInternalName().replace('/', '.');
        List<Instruction> all = instructions(method);
        return IntStream.range(0, all.size())
                .boxed()
                .flatMap(
                        at ->
                                called(all.get(at))
                                        .flatMap(
                                                it -> call(place, it, all, at, isSearch).stream()));
    }

    private static Optional<Call> call(
            String place, String name, List<Instruction> all, int at, boolean isSearch) {
        boolean isCompiled = name.equals(COMPILE);
        boolean isWhole = WHOLE_OF_STRING.contains(name);
        if (!isCompiled && !isWhole && !SEARCHES_OF_STRING.contains(name)) {
            return Optional.empty();
        }
        List<Object> constants =
                all.get(at) instanceof InvokeInstruction invoke
                        ? constants(all, at, invoke.typeSymbol().parameterCount())
                        : List.of();
        boolean isKnown = !constants.isEmpty() && constants.getFirst() instanceof String;
        return Optional.of(
                new Call(
                        place,
                        isKnown ? Optional.of((String) constants.getFirst()) : Optional.empty(),
                        isCompiled && constants.size() > 1 ? (Integer) constants.getLast() : 0,
                        isCompiled ? isSearch : !isWhole));
    }

    /** Returns the arguments of a call, or no values if one of them is not a constant. */
    private static List<Object> constants(List<Instruction> all, int at, int count) {
        List<Object> values =
                all.subList(Math.max(0, at - count), at).stream()
                        .filter(ConstantInstruction.class::isInstance)
                        .<Object>map(it -> ((ConstantInstruction) it).constantValue())
                        .toList();
        return values.size() == count ? values : List.of();
    }

    private static ClassModel read(JavaClass type) {
        try (InputStream in = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            return ClassFile.of().parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Instruction> instructions(MethodModel method) {
        return method.code().stream()
                .flatMap(it -> it.elementStream())
                .filter(Instruction.class::isInstance)
                .map(Instruction.class::cast)
                .toList();
    }

    /** Returns the methods that an instruction calls or refers to. */
    private static Stream<String> called(Instruction instruction) {
        return switch (instruction) {
            case InvokeInstruction it ->
                    Stream.of(it.owner().asInternalName() + "." + it.name().stringValue());
            case InvokeDynamicInstruction it ->
                    it.bootstrapArgs().stream()
                            .filter(DirectMethodHandleDesc.class::isInstance)
                            .map(DirectMethodHandleDesc.class::cast)
                            .map(PatternCalls::name);
            default -> Stream.empty();
        };
    }

    private static String name(DirectMethodHandleDesc method) {
        String owner = method.owner().descriptorString();
        return owner.substring(1, owner.length() - 1) + "." + method.methodName();
    }

    private static String name(Class<?> type, String method) {
        return type.getName().replace('.', '/') + "." + method;
    }
}
