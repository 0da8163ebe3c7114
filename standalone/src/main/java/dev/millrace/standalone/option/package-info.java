/** Options and parameters that several commands share, as picocli mixins. */
@NullMarked
package dev.millrace.standalone.option;

import org.jspecify.annotations.NullMarked;
