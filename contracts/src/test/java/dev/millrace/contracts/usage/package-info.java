/** Tests of what token counts mean. */
@NullMarked
package dev.millrace.contracts.usage;

import org.jspecify.annotations.NullMarked;
