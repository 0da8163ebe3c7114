@NullMarked
package com.example.tickets;

import org.jspecify.annotations.NullMarked;
