/** {@code millrace bench start}: how long a user waits, beside what the broker alone takes. */
@NullMarked
package dev.millrace.bench.start;

import org.jspecify.annotations.NullMarked;
