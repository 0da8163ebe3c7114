@NullMarked
package dev.millrace.producer;

import org.jspecify.annotations.NullMarked;
