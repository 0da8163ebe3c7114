/** Options and parameters that several commands share, as picocli mixins. */
@NullMarked
package dev.millrace.standalone.cli.options;

import org.jspecify.annotations.NullMarked;
