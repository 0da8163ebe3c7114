/** Load, comparison with other systems, fault runs. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
