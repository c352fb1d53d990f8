@NullMarked
package org.plantbuddy.simulator;

import org.jspecify.annotations.NullMarked;
