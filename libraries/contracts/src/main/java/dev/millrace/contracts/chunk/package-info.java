/** Records of the chunk topic: the tokens of an answer, forwarded while its call runs. */
@NullMarked
package dev.millrace.contracts.chunk;

import org.jspecify.annotations.NullMarked;
