/** Tests the usage API of a whole pipeline. */
@NullMarked
package dev.millrace.standalone.usage;

import org.jspecify.annotations.NullMarked;
