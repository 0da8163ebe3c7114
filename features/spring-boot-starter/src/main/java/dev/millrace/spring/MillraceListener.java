package dev.millrace.spring;

import dev.millrace.consumer.OutputTopic;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of a bean that gets the outcomes of jobs, each at least once. The method has one
 * parameter, of a type of {@link dev.millrace.contracts.output.Output}, such as {@code
 * Output.Result}, or {@link dev.millrace.consumer.Received}. Records of other types are skipped.
 *
 * <p>Calls to one method come from one thread, in the order of each partition. If the method
 * throws, it gets the same records again, after a wait of up to 30 s.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface MillraceListener {
    /** Returns the consumer group, in which the instances of an application share the records. */
    String group();

    /** Returns what the method gets. */
    OutputTopic[] topics() default OutputTopic.RESULTS;
}
